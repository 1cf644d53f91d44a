// examples/site/, started by its one command beside a real server, in Chromium.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { discover, openid, signInWith } from '../support/openid_client.mjs';
import { binary, freePort, sourceFolder, startServer, waitFor } from '../support/server.mjs';
import { addClient, signIn, startSite } from '../support/site.mjs';
import { Visitor } from '../support/visitor.mjs';

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

/// Where the site's credentials are.
function siteFiles() {
  return readdirSync(server.data).filter((name) => name.includes(new URL(url).port) && name.endsWith('.env'));
}

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

/// A logout token as Cloud Voyages really sends one, to another of its clients.
async function logoutTokenForAnother(ada) {
  let heard = '';
  const listener = createServer(async (request, response) => {
    for await (const piece of request) heard += piece;
    response.end();
  });
  await new Promise((resolve) => { listener.listen(0, 'localhost', resolve); });
  const redirect_uri = 'http://localhost:3001/callback';
  const other = await addClient(server, 'Other', ['--first-party', '--redirect-uri', redirect_uri,
    '--backchannel-logout-uri', `http://localhost:${listener.address().port}/`]);
  const config = await discover(server, other);
  await openid.tokenRevocation(config, (await signInWith(config, ada, { redirect_uri })).access_token);
  await waitFor('the logout token', () => heard.includes('logout_token='));
  listener.close();
  return new URLSearchParams(heard).get('logout_token');
}

/// An ID token of the site's own.
async function idTokenOfTheSite(ada) {
  const credentials = readFileSync(join(server.data, siteFiles()[0]), 'utf8');
  const client = Object.fromEntries(credentials.trim().split('\n').map((line) => line.split('=')));
  return (await signInWith(await discover(server, client), ada, { redirect_uri: `${url}/callback` })).id_token;
}

test('a logout token that is forged, another site\'s, or none, changes nothing', async () => {
  const page = await signedIn();
  const ada = await new Visitor(server).signIn('ada@example.com');
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const claims = { iss: server.url, iat: 1, exp: 9e9, jti: 'x', sub: 'x', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } };
  for (const token of ['', 'nonsense', `${part({ alg: 'none', typ: 'logout+jwt' })}.${part(claims)}.`,
    await logoutTokenForAnother(ada), await idTokenOfTheSite(ada)]) {
    const answer = await fetch(`${url}/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
    assert.equal(answer.status, 400, token);
  }
  await page.goto(`${url}/members`);
  await page.getByText('ada@example.com').first().waitFor();
  await page.context().close();
});

/// The answer to a sign-in that a browser has begun and ada has finished, changed by `forge`: the site's status, and
/// what the page for members then answers to the session that began, and to the one that came of it.
async function bring(forge) {
  const ada = await new Visitor(server).signIn('ada@example.com');
  const begun = await fetch(`${url}/sign-in`, { redirect: 'manual' });
  const answer = (await ada.go(begun.headers.get('location'))).url;
  assert.equal(answer.origin + answer.pathname, `${url}/callback`);
  forge(answer.searchParams);
  const cookieOf = (response) => response.headers.getSetCookie().map((each) => each.split(';')[0]).pop() ?? '';
  const brought = await fetch(answer, { headers: { cookie: cookieOf(begun) }, redirect: 'manual' });
  const members = await Promise.all([begun, brought].map((response) =>
    fetch(`${url}/members`, { headers: { cookie: cookieOf(response) }, redirect: 'manual' })));
  return [brought, ...members].map(({ status }) => status);
}

test('a forged answer signs nobody in, and a true one does', async () => {
  assert.deepEqual(await bring(() => {}), [303, 303, 200]);
  for (const [name, value] of [['state', 'forged'], ['iss', 'https://attacker.example'], ['code', 'invented']]) {
    assert.deepEqual(await bring((answer) => answer.set(name, value)), [400, 303, 303], name);
    assert.deepEqual(await bring((answer) => answer.delete(name)), [400, 303, 303], name);
  }
});

test('it is registered once, and its secret is for its owner to read', async () => {
  const [file, ...others] = siteFiles();
  assert.deepEqual(others, []);
  assert.equal(statSync(join(server.data, file)).mode & 0o777, 0o600);
  const before = readFileSync(join(server.data, file), 'utf8');
  site.child.kill();
  await waitFor('the site to end', () => fetch(url).then(() => false, () => true));
  await start(url);
  assert.equal(readFileSync(join(server.data, file), 'utf8'), before);
});
