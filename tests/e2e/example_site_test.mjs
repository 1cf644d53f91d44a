// examples/site/, started by its one command beside a real server, in Chromium.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { binary, freePort, sourceFolder, startServer, waitFor } from '../support/server.mjs';
import { signIn, startSite } from '../support/site.mjs';

const command = join(sourceFolder, 'examples/site/run');
let server;
let url;
let site;

function start(at) {
  return startSite(at, [command],
    { cwd: sourceFolder, timeout_ms: 90_000, env: { SITE: at, ISSUER: server.url, DATA: server.data, VOYAGES: binary } });
}

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  url = `http://localhost:${await freePort()}`;
  site = await start(url);
});

after(() => server?.stop());

async function signedIn(options) {
  const page = await openPage(url, options);
  await page.goto(`${url}/members`);
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${url}/members`);
  return page;
}

test('a visitor reads the front page, signs in on our page, and is greeted', async () => {
  const page = await openPage(url);
  await page.goto(`${url}/`);
  await page.screenshotTo('example-site-front');
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${url}/members`);
  await page.getByText('ada@example.com').first().waitFor();
  await page.screenshotTo('example-site-members');
  await assertAccessible(page);
  assertNoProblems(page, /^went to/);
  await page.context().close();
});

test('it fits a phone, in the dark too', async () => {
  const page = await signedIn({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' });
  for (const path of ['/', '/members', '/nowhere']) {
    await page.goto(url + path);
    await assertFits(page);
    await assertAccessible(page);
  }
  await page.goto(`${url}/members`);
  await page.screenshotTo('example-site-members-phone-dark');
  await page.context().close();
});

test('signing out ends the session here and at Cloud Voyages', async () => {
  const page = await signedIn();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.waitForURL(`${url}/`);
  await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
  await page.goto(`${server.url}/account`);
  await page.waitForURL(/\/login/);
  await page.context().close();
});

test('signing out at a second site ends the session at the first', async () => {
  const second = `http://127.0.0.1:${await freePort()}`; // another host, since ports share their cookies
  await start(second);
  const page = await signedIn();
  await page.goto(`${second}/members`); // unasked
  await page.getByText('ada@example.com').first().waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.waitForURL(`${second}/`);
  await waitFor('the first site to forget its visitor', async () => {
    const answer = await page.context().request.get(`${url}/members`, { maxRedirects: 0 });
    return answer.status() === 303;
  });
  await page.context().close();
});

test('a forged logout token, and a forged answer, change nothing', async () => {
  const page = await signedIn();
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const claims = { iss: server.url, iat: 1, exp: 9e9, jti: 'x', sub: 'x', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } };
  for (const token of ['', 'nonsense', `${part({ alg: 'none', typ: 'logout+jwt' })}.${part(claims)}.`]) {
    const answer = await fetch(`${url}/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    assert.equal(answer.status, 400);
  }
  await page.goto(`${url}/callback?code=forged&state=forged`);
  await page.goto(`${url}/members`);
  await page.getByText('ada@example.com').first().waitFor();
  await page.context().close();
});

test('it is registered once, and its secret is for its owner to read', async () => {
  const [file, ...others] = readdirSync(server.data).filter((name) => name.includes(new URL(url).port) && name.endsWith('.env'));
  assert.deepEqual(others, []);
  assert.equal(statSync(join(server.data, file)).mode & 0o777, 0o600);
  const before = readFileSync(join(server.data, file), 'utf8');
  site.child.kill();
  await waitFor('the site to end', () => fetch(url).then(() => false, () => true));
  await start(url);
  assert.equal(readFileSync(join(server.data, file), 'utf8'), before);
});
