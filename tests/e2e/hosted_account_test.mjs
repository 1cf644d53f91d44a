// What people do on the hosted pages: make an account, change it, end what they do not know, and leave.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems, assertNoViolations } from '../support/browser.mjs';
import { fillSignIn, mailedLink, openHosted, openSignedIn, refused } from '../support/pages.mjs';
import { goodPassword, run, startServer } from '../support/server.mjs';

const newPassword = 'another horse, another staple';
let server;

before(async () => { server = await startServer(); });
after(() => server.stop());

const section = (page, title) => page.locator('.card', { has: page.getByRole('heading', { name: title }) });
const news = (page, text) => page.locator('.news').getByText(text).waitFor();

test('who makes an account is signed in, and goes on', async () => {
  const page = await openHosted(server, '/register?return_to=%2Fdevice');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(goodPassword);
  await page.getByLabel('Name').fill('Ada');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${server.url}/device`);
  await page.getByText('You are signed in as ada@example.com.').waitFor();
  assertNoProblems(page);
});

test('a taken address is said', async () => {
  const page = await openHosted(server, '/register');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(goodPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('An account with this address exists.').waitFor();
  assertNoProblems(page, refused);
});

describe('at the account one can', () => {
  before(() => server.register('grace@example.com'));

  test('change the name', async () => {
    const page = await openSignedIn(server, 'grace@example.com');
    await page.getByLabel('Name').fill('Grace');
    await page.getByRole('button', { name: 'Save' }).click();
    await news(page, 'Saved.');
    await assertNoViolations(page);
    await page.reload();
    assert.equal(await page.getByLabel('Name').inputValue(), 'Grace');
    assertNoProblems(page);
  });

  test('see where one is signed in, and end that', async () => {
    const elsewhere = await openSignedIn(server, 'grace@example.com');
    await server.login('grace@example.com'); // a session without a browser
    const page = await openSignedIn(server, 'grace@example.com');
    const sessions = section(page, 'Where you are signed in');
    assert.match(await sessions.locator('.row').first().innerText(), /Chrome · Linux[^]*This device/);
    await sessions.getByRole('button', { name: /^Sign out of / }).first().click();
    await news(page, 'Signed out there.');
    await sessions.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await news(page, 'Signed out everywhere else.');
    assert.equal(await sessions.locator('.row').count(), 1);
    assertNoProblems(page);
    await elsewhere.reload();
    await elsewhere.waitForURL(`${server.url}/login?return_to=%2Faccount`);
  });

  test('change the address, which counts once its link is opened', async () => {
    const page = await openSignedIn(server, 'grace@example.com');
    await page.getByRole('button', { name: 'Change address' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change address' });
    await dialog.getByLabel('New e-mail address').fill('hopper@example.com');
    await dialog.getByLabel('Current password').fill('not the password');
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await dialog.getByRole('alert').getByText('The current password is wrong.').waitFor();
    await assertNoViolations(page);
    await dialog.getByLabel('Current password').fill(goodPassword);
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await news(page, 'A link is on its way to hopper@example.com.');
    await page.goto(await mailedLink(server, '/verify-email', 'hopper@example.com'));
    await page.getByRole('button', { name: 'Confirm email' }).click();
    await page.getByRole('heading', { name: 'Your email is confirmed' }).waitFor();
    await page.getByRole('link', { name: 'To your account' }).click();
    await section(page, 'Profile').getByText('hopper@example.com').waitFor();
    await section(page, 'Profile').getByText('Confirmed', { exact: true }).waitFor();
    assertNoProblems(page, refused);
  });

  test('change the password, and stay signed in', async () => {
    const page = await openSignedIn(server, 'hopper@example.com');
    await page.getByRole('button', { name: 'Change password' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change password' });
    await dialog.getByLabel('Current password').fill(goodPassword);
    await dialog.getByLabel('New password').fill('password');
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByText('among the first that attackers try').waitFor();
    await dialog.getByLabel('New password').fill(newPassword);
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await news(page, 'Your password is changed.');
    await page.reload();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await server.login('hopper@example.com', newPassword);
    assertNoProblems(page, refused);
  });

  test('delete it, after typing whose it is', async () => {
    const page = await openHosted(server, '/login');
    await fillSignIn(page, 'hopper@example.com', newPassword);
    await page.getByRole('button', { name: 'Delete account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    await dialog.getByLabel('Type hopper@example.com to confirm').fill('ada@example.com');
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await dialog.getByText('This is not the address of your account.').waitFor();
    assert.ok(await server.login('hopper@example.com', newPassword));
    await dialog.getByLabel('Type hopper@example.com to confirm').fill('Hopper@example.com');
    await dialog.getByRole('button', { name: 'Delete account' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    const { status } = await server.post('/auth/login', { email: 'hopper@example.com', password: newPassword });
    assert.equal(status, 401);
    assertNoProblems(page);
  });
});

test('too many tries are told how long to wait', async () => {
  const page = await openHosted(server, '/login');
  for (let i = 0; i < 8; ++i) {
    await server.post('/auth/session', { email: 'nobody@example.com', password: 'wrong password' });
  }
  await fillSignIn(page, 'nobody@example.com', 'wrong password');
  await page.getByRole('alert').getByText(/Too many failed attempts. Try again in \d+ (second|minute)s?\./).waitFor();
  assertNoProblems(page, refused);
});

test('a server that does not answer is said, and nothing typed is lost', async () => {
  const page = await openHosted(server, '/login');
  await page.context().setOffline(true);
  await fillSignIn(page, 'ada@example.com');
  await page.getByRole('alert').getByText('The server does not answer.').waitFor();
  assert.equal(await page.getByLabel('E-mail address').inputValue(), 'ada@example.com');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${server.url}/account`);
  assertNoProblems(page, /ERR_INTERNET_DISCONNECTED/);
});

describe('where accounts are by invitation', () => {
  let closed;
  before(async () => {
    closed = await startServer({ settings: { VOYAGES_REGISTRATION: 'invite', VOYAGES_EMAIL_VERIFICATION: 'required' } });
  });
  after(() => closed.stop());

  test('nobody is offered one without it', async () => {
    const page = await openHosted(closed, '/login');
    assert.equal(await page.getByRole('link', { name: 'Sign up' }).count(), 0);
    await page.goto(`${closed.url}/register`);
    await page.getByText('An account here needs an invitation.').waitFor();
    assert.equal(await page.locator('form').count(), 0);
    await assertNoViolations(page);
    assertNoProblems(page);
  });

  test('the link of the invitation makes it', async () => {
    const owner = ['user', 'add', 'owner@example.com', '--role', 'owner', '--password-stdin', '--data', closed.data];
    assert.equal((await run(owner, { input: goodPassword })).code, 0);
    const { access_token: token } = await closed.login('owner@example.com');
    await closed.post('/admin/invites', { email: 'guest@example.com' }, { token });
    const page = await openHosted(closed, await mailedLink(closed, '/register', 'guest@example.com'));
    await page.getByText('You are invited.').waitFor();
    await page.getByLabel('E-mail address').fill('guest@example.com');
    await page.getByLabel('Password', { exact: true }).fill(goodPassword);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assertNoProblems(page);
  });

  test('the set-up page knows that it is over', async () => {
    const page = await openHosted(closed, '/setup#token=x');
    await page.getByText('This server has its owner already.').waitFor();
    assertNoProblems(page);
  });
});
