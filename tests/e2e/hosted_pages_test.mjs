// Every hosted page, as it looks and as it can be used: in both languages, light and dark, wide and narrow, by keyboard,
// with a screen reader and a password manager.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems } from '../support/browser.mjs';
import { assertEveryLook, assertNoViolations, descriptionOfFocused, fillSignIn, openHosted, openSignedIn, pressTabTo,
  refused } from '../support/pages.mjs';
import { goodPassword, run, startServer } from '../support/server.mjs';

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
    await page.getByRole('link', { name: 'Konto anlegen' }).click();
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
  };
  for (const [path, fields] of Object.entries(expected)) {
    test(path, async () => assert.deepEqual(await fieldsOf(await openHosted(server, path)), fields));
  }

  test('of the account and of a device', async () => {
    const page = await openSignedIn(server, ada);
    await page.getByRole('button', { name: 'Change password' }).click();
    assert.deepEqual(await page.locator('dialog input').evaluateAll((inputs) =>
      inputs.map(({ value, autocomplete }) => [value, autocomplete])),
    [[ada, 'username'], ['', 'current-password'], ['', 'new-password']]);
    await page.goto(`${server.url}/device`);
    await page.locator('form').waitFor();
    assert.deepEqual(await fieldsOf(page), [['user_code', 'text', 'one-time-code']]);
  });
});

describe('by keyboard', () => {
  test('alone one signs in, and the first bad field has the focus and its error', async () => {
    const page = await openHosted(server, '/login');
    await pressTabTo(page, '[type=submit]');
    await page.keyboard.press('Enter');
    await page.locator('[name=email][aria-invalid=true]:focus').waitFor();
    assert.equal(await descriptionOfFocused(page), 'Enter your e-mail address.');
    await assertNoViolations(page);
    await page.keyboard.type(ada);
    await pressTabTo(page, '[name=password]');
    await page.keyboard.type(goodPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assertNoProblems(page);
  });

  test('a password can be looked at', async () => {
    const page = await openHosted(server, '/login');
    await pressTabTo(page, '[name=password]');
    await page.keyboard.type('secret words');
    await pressTabTo(page, '.reveal');
    await page.keyboard.press('Space');
    assert.equal(await page.locator('[name=password]').getAttribute('type'), 'text');
    assert.equal(await page.locator('.reveal').getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('[name=password]').inputValue(), 'secret words');
  });

  test('what the server says of a field stands with it, and is where the focus is', async () => {
    const page = await openHosted(server, '/register');
    await page.getByLabel('E-mail address').fill('new@example.com');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await page.locator('[name=password][aria-invalid=true]:focus').waitFor();
    assert.match(await descriptionOfFocused(page), /A password has at least 8 characters/);
    await assertNoViolations(page);
    assertNoProblems(page, refused);
  });

  test('what is wrong with none of the fields has the focus, to be read aloud', async () => {
    const page = await openHosted(server, '/login');
    await fillSignIn(page, ada, 'not the password');
    await page.locator('[role=alert]:focus').getByText('The address or the password is wrong.').waitFor();
    assertNoProblems(page, refused);
  });

  test('a dialog keeps the focus, closes with Escape, and gives it back', async () => {
    const page = await openSignedIn(server, ada);
    await page.waitForLoadState('networkidle'); // what is listed below shifts nothing any more
    await pressTabTo(page, '.danger');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await assertNoViolations(page);
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement === document.body
        || document.activeElement.closest('dialog') !== null));
    }
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.ok(await page.locator('.danger').evaluate((button) => button === document.activeElement));
    assertNoProblems(page);
  });

  test('the focus can be seen', async () => {
    const page = await openHosted(server, '/login');
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press('Tab');
      const [name, outline, shadow] = await page.evaluate(() => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
        return [document.activeElement.outerHTML, outlineStyle, boxShadow];
      });
      assert.ok(outline !== 'none' || shadow !== 'none', name);
    }
  });
});

test('nothing moves for those who asked for that', async () => {
  const moving = (page) => page.evaluate(() => document.getAnimations().length + [...document.querySelectorAll('*')]
    .filter((element) => getComputedStyle(element).animationName !== 'none').length);
  assert.equal(await moving(await openHosted(server, '/login')), 0);
  assert.notEqual(await moving(await openHosted(server, '/login', { reducedMotion: 'no-preference' })), 0);
});
