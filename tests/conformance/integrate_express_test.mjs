// docs/integrate/express.md: the site that it shows, in Chromium, through sign-in and sign-out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage } from '../support/browser.mjs';
import { freePort, startServer } from '../support/server.mjs';
import { addClient, shown, signIn, siteFolder, startSite, webcrypto } from '../support/site.mjs';

let server;
let url;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  url = `http://localhost:${await freePort()}`;
  const client = await addClient(server, 'My site',
    ['--first-party', '--redirect-uri', `${url}/callback`, '--post-logout-redirect-uri', `${url}/`]);
  const cwd = siteFolder({ 'site.mjs': shown('express.md', 'js') });
  await startSite(url, ['node', ...webcrypto, 'site.mjs'],
    { cwd, env: { ISSUER: server.url, SITE: url, SESSION_SECRET: 'a secret of the test', ...client } });
});

after(() => server?.stop());

test('a member signs in on our page, comes back, and signs out', async () => {
  const page = await openPage(url);
  await page.goto(`${url}/`);
  await page.getByRole('link', { name: 'Members' }).click();
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${url}/members`);
  assert.equal(await page.textContent('body'), 'For members. You are ada@example.com.');

  await page.goto(`${url}/sign-out`);
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/members`);
  await page.waitForURL(/\/login/);
});

test('a forged answer signs nobody in', async () => {
  const begun = await fetch(`${url}/sign-in`, { redirect: 'manual' });
  const [cookie] = begun.headers.get('set-cookie').split(';');
  const forged = new URLSearchParams({ code: 'stolen', state: 'forged', iss: server.url });
  const answer = await fetch(`${url}/callback?${forged}`, { headers: { cookie }, redirect: 'manual' });
  assert.equal(answer.status, 500);
  assert.match(await answer.text(), /unexpected &quot;state&quot;/);
  const members = await fetch(`${url}/members`, { headers: { cookie }, redirect: 'manual' });
  assert.equal(members.headers.get('location'), '/sign-in');
});
