// The configuration that docs/integrate/caddy.md shows, in a real Caddy in front of a site, with a browser before it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { startEchoSite } from '../support/echo_site.mjs';
import { freePort, run, startServer } from '../support/server.mjs';
import { shown, signIn, siteFolder, startSite } from '../support/site.mjs';
import { passesOurPagesOn } from '../support/site_scenarios.mjs';

let server;
let behind;
let user;
let member;
let url;

before(async () => {
  url = `http://localhost:${await freePort()}`;
  server = await startServer({ settings: { VOYAGES_PUBLIC_URL: url, VOYAGES_TRUSTED_PROXIES: '127.0.0.1,::1' } });
  user = await server.register('ada@example.com');
  member = (await server.login('ada@example.com')).access_token;
  behind = await startEchoSite();
  const configuration = shown('caddy.md', 'caddy', {
    'example.com': url, 'localhost:8080': new URL(server.url).host, 'localhost:3000': new URL(behind.url).host,
  });
  const cwd = siteFolder({ Caddyfile: `{\n\tadmin off\n}\n${configuration}` });
  await startSite(url, ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'], { cwd });
});

after(async () => {
  behind?.close();
  await server?.stop();
});

function ask(path, { token, ...headers } = {}) {
  return fetch(url + path, { redirect: 'manual', headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) } });
}

test('our own pages need no session', () => passesOurPagesOn(url, server));

test('a browser is sent to the sign-in page, comes back to where it was, and signs out', async () => {
  const page = await openPage(url);
  await page.goto(`${url}/reports?year=2026&sort=up`);
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${url}/reports?year=2026&sort=up`);
  const told = JSON.parse(await page.textContent('body'));
  assert.deepEqual(told, { path: '/reports?year=2026&sort=up', 'remote-user': user.id, 'remote-email': '', 'remote-groups': '' });

  await page.goto(`${url}/sign-out`);
  await page.getByRole('button', { name: /^sign out$/i }).click();
  await page.waitForURL(`${url}/signed-out`);
  await page.goto(`${url}/reports`);
  await page.waitForURL(`${url}/login?return_to=%2Freports`);
  assertNoProblems(page, /favicon/, /401/);
});

test('a program gets 401, or the site with its token', async () => {
  const refused = await ask('/');
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get('location'), null);
  assert.equal((await (await ask('/', { token: member })).json())['remote-user'], user.id);
});

test('what a visitor says about itself does not reach the site', async () => {
  const told = await (await ask('/', { token: member, 'Remote-Email': 'owner@example.com', 'Remote-Groups': 'admin' })).json();
  assert.deepEqual(told, { path: '/', 'remote-user': user.id, 'remote-email': '', 'remote-groups': '' });
  assert.equal((await ask('/', { 'Remote-User': user.id })).status, 401);
});

test('the folder for administrators opens with the role', async () => {
  assert.equal((await ask('/admin/', { accept: 'text/html' })).headers.get('location'), `${url}/login?return_to=%2Fadmin%2F`);
  assert.equal((await ask('/admin/', { token: member })).status, 403);
  const given = await run(['user', 'role', 'ada@example.com', '--add', 'admin', '--data', server.data]);
  assert.equal(given.code, 0, given.stderr);
  assert.equal((await (await ask('/admin/', { token: member })).json())['remote-groups'], 'admin');
});
