// docs/integrate/spa.md: the single-page app that it shows, in Chromium.
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { sourceFolder, startServer } from '../support/server.mjs';
import { addClientAsShown, shown, signIn, siteFolder } from '../support/site.mjs';
import { serveFiles } from '../support/static_site.mjs';

let server;
let app;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  const folder = siteFolder({ 'index.html': shown('spa.md', 'html') });
  copyFileSync(join(sourceFolder, 'tests/node_modules/oauth4webapi/build/index.js'), join(folder, 'oauth4webapi.js'));
  app = await serveFiles(folder);
  const { CLIENT_ID } = addClientAsShown(server, 'spa.md', { 'http://localhost:3000': app.url });
  writeFileSync(join(folder, 'app.js'), shown('spa.md', 'js', { 'http://localhost:8080': server.url, CLIENT_ID }));
});

after(async () => {
  app?.close();
  await server?.stop();
});

async function says(page, text) {
  await page.getByRole('status').filter({ hasText: text }).waitFor();
  assert.equal(page.url(), `${app.url}/`);
}

test('a visitor signs in, stays signed in over a reload without tokens in storage, and signs out', async () => {
  const page = await openPage(app.url);
  await page.goto(`${app.url}/`);
  await says(page, 'You are not signed in.');

  await page.getByRole('button', { name: 'Sign in' }).click();
  await signIn(page, 'ada@example.com');
  await says(page, 'You are ada@example.com.');
  const stored = await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, document.cookie]);
  assert.deepEqual(stored.map((each) => Object.keys(each).length), [0, 0, 0]);

  await page.reload();
  await says(page, 'You are ada@example.com.');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await says(page, 'You are not signed in.');
  await page.reload();
  await says(page, 'You are not signed in.');
  assertNoProblems(page, /^went to/, /favicon/, /404/);
});

test('a page of another origin reads nothing that a cookie opens', async () => {
  const other = await serveFiles(siteFolder({ 'index.html': '<!doctype html><title>other</title>' }));
  const page = await openPage(server.url);
  const { authorization_endpoint: authorize } = (await server.get('/.well-known/openid-configuration')).body;
  await page.goto(`${server.url}/login`);
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${server.url}/account`);
  const reads = (url) => page.evaluate((to) => fetch(to, { credentials: 'include' }).then(() => true, () => false), url);
  assert.equal(await reads(`${server.url}/auth/me`), true);
  await page.goto(`${other.url}/`);
  for (const url of [authorize, `${server.url}/auth/me`, `${server.url}/auth/sessions`]) assert.equal(await reads(url), false);
  await page.context().close();
  other.close();
});
