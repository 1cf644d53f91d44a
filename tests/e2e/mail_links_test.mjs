// The links in our mails, opened in a browser as their reader would.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { goodPassword, startServer, waitFor } from '../support/server.mjs';

const email = 'ada@example.com';
const newPassword = 'another horse, another staple';
const refused = /status of 4\d\d/;
let server;

before(async () => {
  server = await startServer({ settings: { VOYAGES_EMAIL_VERIFICATION: 'required' } });
});

after(() => server.stop());

/// The link to this page in the newest captured mail that has one, once it is there.
async function mailedLink(page) {
  const folder = join(server.data, 'mail');
  return waitFor(`a mail with a link to ${page}`, () => {
    const mails = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    return mails.sort().reverse().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .flatMap(({ text }) => text.match(/http:\S+#token=[\w.-]+/g) ?? [])
      .find((link) => new URL(link).pathname === page);
  });
}

test('the register page makes an account that waits for its confirmation', async () => {
  const page = await openPage(server.url, { viewport: { width: 390, height: 844 } });
  await page.goto(`${server.url}/register`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(goodPassword);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Your account is made.' }).waitFor();
  await assertFits(page);
  await assertAccessible(page);
  assertNoProblems(page);
});

test('the confirmation link works once', async () => {
  const page = await openPage(server.url, { colorScheme: 'dark' });
  const link = await mailedLink('/verify-email');
  await page.goto(link);
  await page.screenshotTo('verify-email');
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByRole('heading', { name: 'Your address is confirmed.' }).waitFor();
  await assertAccessible(page);
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByRole('alert').getByText('This link is not valid').waitFor();
  assertNoProblems(page, refused);
  assert.equal((await server.login(email)).user.email_verified, true);
});

test('the reset link sets a new password', async () => {
  await server.post('/auth/forgot-password', { email });
  const page = await openPage(server.url);
  await page.goto(await mailedLink('/reset-password'));
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.locator('#password[aria-invalid=true]').waitFor();
  await page.getByLabel('New password').fill(newPassword);
  await page.screenshotTo('reset-password');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('heading', { name: 'Your password is changed.' }).waitFor();
  assertNoProblems(page, refused);
  assert.ok((await server.login(email, newPassword)).access_token);
});
