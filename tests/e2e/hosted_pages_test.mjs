// Every hosted page as it is opened: in both languages, light and dark, wide and narrow, with a screen reader and a
// password manager.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems } from '../support/browser.mjs';
import { assertEveryLook, fillSignIn, openHosted, openSignedIn, refused } from '../support/pages.mjs';
import { run, startServer } from '../support/server.mjs';

const ada = 'ada@example.com';
let server;

async function addProvider({ data }) {
  const added = await run(['provider', 'add', 'github', '--kind', 'github', '--client-id', 'ours', '--client-secret-stdin',
    '--data', data], { input: 'a secret' });
  assert.equal(added.code, 0, added.stderr);
}

before(async () => {
  server = await startServer({ settings: { VOYAGES_PRODUCT_NAME: 'Harbour' } });
  await server.register(ada);
  await addProvider(server);
});
after(() => server.stop());

// By the name of the picture; those with a function ask for a link that only the running server knows.
const open = {
  login: '/login',
  register: '/register',
  setup: () => server.setupLink,
  'setup-without-token': '/setup',
  'verify-email': '/verify-email#token=x',
  'verify-email-without-token': '/verify-email',
  'forgot-password': '/forgot-password',
  'reset-password': '/reset-password#token=x',
  'reset-password-without-token': '/reset-password',
  'sign-out': '/sign-out',
  'signed-out': '/signed-out',
  unsubscribe: '/unsubscribe#token=x',
};
const signedIn = { account: '/account', device: '/device?user_code=wdjbmjht' };
const at = (path) => (typeof path === 'function' ? path() : path);

describe('every page can be seen and read by everybody', () => {
  for (const locale of ['en', 'de']) {
    for (const [name, path] of Object.entries(open)) {
      test(`${name} (${locale})`, async () => {
        const page = await openHosted(server, at(path), { locale });
        assert.equal(await page.locator('html').getAttribute('lang'), locale);
        assert.match(await page.title(), /^.+ · Harbour$/);
        await assertEveryLook(page, `${name}-${locale}`);
        assertNoProblems(page);
      });
    }

    test(`the pages of who is signed in (${locale})`, async () => {
      const page = await openSignedIn(server, ada, { locale });
      for (const [name, path] of Object.entries(signedIn)) {
        await page.goto(server.url + path);
        await page.locator('.card').last().waitFor();
        await page.waitForLoadState('networkidle');
        await assertEveryLook(page, `${name}-${locale}`);
      }
      assertNoProblems(page);
    });
  }

  test('a page says what is wrong, in the language of its reader', async () => {
    const page = await openHosted(server, '/login', { locale: 'de-AT' });
    await fillSignIn(page, ada, 'not the password');
    await page.getByRole('alert').getByText('Die Adresse oder das Passwort ist falsch.').waitFor();
    await assertEveryLook(page, 'login-refused-de');
    await page.getByLabel('Sprache').selectOption('English');
    await page.getByRole('alert').getByText('The address or the password is wrong.').waitFor();
    assertNoProblems(page, refused);
  });
});

test('an answer that is not the server’s own is said, and the page goes on', async () => {
  const page = await openHosted(server, '/login');
  await page.route('**/auth/session', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Pay for this network</h1>' }));
  await fillSignIn(page, ada);
  await page.getByRole('alert').getByText('The server answered with status 200').waitFor();
  await page.unroute('**/auth/session');
  await page.locator('form [type=submit]').click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  assertNoProblems(page);
});

test('providers are offered to who makes an account only where they can make one', async () => {
  const closed = await startServer({ settings: { VOYAGES_REGISTRATION: 'invite' } });
  await addProvider(closed);
  const providersAt = async (from, path) => (await openHosted(from, path)).getByRole('button', { name: /GitHub/ }).count();
  assert.equal(await providersAt(server, '/register'), 1);
  assert.equal(await providersAt(closed, '/login'), 1);
  assert.equal(await providersAt(closed, '/register#token=x'), 0);
  await closed.stop();
});

describe('the language', () => {
  const languageOf = (page) => page.locator('html').getAttribute('lang');

  test('is the browser’s, or English where we do not speak that', async () => {
    assert.equal(await languageOf(await openHosted(server, '/login', { locale: 'de-CH' })), 'de');
    assert.equal(await languageOf(await openHosted(server, '/login', { locale: 'fr-FR' })), 'en');
  });

  test('is what the site asks for that sends somebody here', async () => {
    assert.equal(await languageOf(await openHosted(server, '/login?ui_locales=fr%20de-DE%20en')), 'de');
    const page = await openHosted(server, '/login?ui_locales=de');
    await page.getByRole('link', { name: 'Registrieren' }).click();
    await page.getByRole('heading', { name: 'Konto anlegen' }).waitFor();
  });

  test('stays what a person chose', async () => {
    const page = await openHosted(server, '/login');
    await page.getByLabel('Language').selectOption('Deutsch');
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    assert.equal(await languageOf(page), 'de');
    await page.goto(`${server.url}/register?ui_locales=en`);
    await page.getByRole('heading', { name: 'Konto anlegen' }).waitFor();
  });

  test('keeps what was typed', async () => {
    const page = await openHosted(server, '/login');
    await page.getByLabel('E-mail address').fill(ada);
    await page.getByLabel('Language').selectOption('Deutsch');
    assert.equal(await page.getByLabel('E-Mail-Adresse').inputValue(), ada);
  });
});

describe('password managers know the fields', () => {
  const fieldsOf = (page) => page.locator('form input').evaluateAll((inputs) =>
    inputs.map(({ name, type, autocomplete }) => [name, type, autocomplete]));

  const expected = {
    '/login': [['email', 'email', 'username'], ['password', 'password', 'current-password']],
    '/register': [['email', 'email', 'username'], ['password', 'password', 'new-password'], ['name', 'text', 'name']],
    '/forgot-password': [['email', 'email', 'username']],
    '/reset-password#token=x': [['password', 'password', 'new-password']],
    '/setup#token=x': [['email', 'email', 'username'], ['password', 'password', 'new-password'], ['name', 'text', 'name']],
  };
  for (const [path, fields] of Object.entries(expected)) {
    test(path, async () => assert.deepEqual(await fieldsOf(await openHosted(server, path)), fields));
  }

  test('of the account and of a device', async () => {
    const page = await openSignedIn(server, ada);
    const inDialog = async (name) => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('dialog').waitFor(); // which is a frame later than its fields are there
      const fields = await page.locator('dialog input').evaluateAll((inputs) =>
        inputs.map(({ value, autocomplete }) => [value, autocomplete]));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      return fields;
    };
    assert.deepEqual(await inDialog('Change password'), [[ada, 'username'], ['', 'current-password'], ['', 'new-password']]);
    assert.deepEqual(await inDialog('Change address'), [[ada, 'username'], ['', 'email'], ['', 'current-password']]);
    assert.deepEqual(await inDialog('Delete account'), [['', 'off']]);
    await page.goto(`${server.url}/device`);
    await page.locator('form').waitFor();
    assert.deepEqual(await fieldsOf(page), [['user_code', 'text', 'one-time-code']]);
  });
});
