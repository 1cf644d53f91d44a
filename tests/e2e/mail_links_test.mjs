// The links in our mails, opened in a browser as their reader would.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { mailedLink, refused } from '../support/pages.mjs';
import { goodPassword, startServer } from '../support/server.mjs';

const email = 'ada@example.com';
const newPassword = 'another horse, another staple';
let server;

before(async () => {
  server = await startServer({ settings: { VOYAGES_EMAIL_VERIFICATION: 'required' } });
});

after(() => server.stop());

test('the register page makes an account that waits for its confirmation', async () => {
  const page = await openPage(server.url, { viewport: { width: 390, height: 844 } });
  await page.goto(`${server.url}/register`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(goodPassword);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();
  await page.getByText(`We sent a link to ${email}.`).waitFor();
  await assertFits(page);
  await assertAccessible(page);
  assertNoProblems(page);
});

test('who has not confirmed yet is told so, and can have another mail', async () => {
  const page = await openPage(server.url);
  await page.goto(`${server.url}/login`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(goodPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Confirm your address first').waitFor();
  await page.getByRole('button', { name: 'Send the mail again' }).click();
  await page.getByText(`A new mail is on its way to ${email}.`).waitFor();
  await assertAccessible(page);
  assertNoProblems(page, refused);
});

test('the confirmation link works once', async () => {
  const page = await openPage(server.url, { colorScheme: 'dark' });
  const link = await mailedLink(server, '/verify-email');
  await page.goto(link);
  await page.screenshotTo('verify-email');
  await page.getByRole('button', { name: 'Confirm email' }).click();
  await page.getByRole('heading', { name: 'Your email is confirmed' }).waitFor();
  await assertAccessible(page);
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm email' }).click();
  await page.getByRole('alert').getByText('This link is not valid').waitFor();
  assertNoProblems(page, refused);
  assert.equal((await server.login(email)).user.email_verified, true);
});

test('the reset link sets a new password', async () => {
  const page = await openPage(server.url);
  await page.goto(`${server.url}/forgot-password`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByText(`If ${email} has an account here`).waitFor();
  await page.goto(await mailedLink(server, '/reset-password'));
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.locator('[name=password][aria-invalid=true]').waitFor();
  await page.getByLabel('New password').fill(newPassword);
  await page.screenshotTo('reset-password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  assertNoProblems(page, refused);
  assert.ok((await server.login(email, newPassword)).access_token);
});
