// What people see of other sites on our pages: who asks, for what, and where they go; a device; and signing out.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems, assertNoViolations } from '../support/browser.mjs';
import { beginDevice, deviceGrant, pollDevice } from '../support/device.mjs';
import { assertEveryLook, fewLooks, fillSignIn, openHosted, openSignedIn, pressTabTo, refused } from '../support/pages.mjs';
import { run, startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { authorizePath, startVisitedSite, wentAway } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
let server;
let callback;
let bye;
let notebook;
let tool;

before(async () => {
  ({ callback, bye } = await startVisitedSite());
  server = await startServer({ settings: { VOYAGES_CLIENT_REGISTRATION: 'open' } });
  await server.register(ada);
  notebook = await addClient(server, 'The Notebook', ['--redirect-uri', callback, '--post-logout-redirect-uri', bye]);
  tool = await addClient(server, 'The Tool', ['--public', '--grant-type', deviceGrant]);
});
after(() => server.stop());

const authorizeUrl = (changes) => authorizePath(notebook, callback, changes);

async function answerAt(page, address = callback) {
  await page.waitForURL(`${address}?*`);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

const open = (path, options) => openHosted(server, path, options);

describe('a site that asks', () => {
  test('is named at the sign-in, asks for consent once, and can be sent away again', async () => {
    const page = await open(authorizeUrl());
    await page.getByText('to continue to The Notebook').waitFor();
    await assertEveryLook(page, 'login-for-a-site');
    await fillSignIn(page, ada);
    await page.getByRole('heading', { name: 'The Notebook wants to sign you in' }).waitFor();
    await page.getByText(`You are signed in as ${ada}.`).waitFor();
    await page.getByText(/^You will be sent to 127\.0\.0\.1/).waitFor();
    assert.deepEqual(await page.locator('.scopes li').allInnerTexts(),
      ['Know that it is you', 'See your name', 'See your e-mail address']);
    await assertEveryLook(page, 'consent-en');
    await pressTabTo(page, '.button.primary');
    await page.keyboard.press('Enter');
    const answer = await answerAt(page);
    assert.equal(answer.state, 'some state');
    assert.ok(answer.code);

    await page.goto(server.url + authorizeUrl({ state: 'again' }));
    assert.equal((await answerAt(page)).state, 'again');

    await page.goto(`${server.url}/account`);
    const row = page.locator('.row', { hasText: 'The Notebook' });
    await row.getByText('Know that it is you · See your name').waitFor();
    await assertNoViolations(page);
    await row.getByRole('button', { name: 'Remove access' }).click();
    await page.locator('.news').getByText('The Notebook may no longer use your account.').waitFor();
    await page.getByText('None so far.').waitFor();
    await page.goto(server.url + authorizeUrl());
    await page.getByRole('heading', { name: 'The Notebook wants to sign you in' }).waitFor();
    assertNoProblems(page, wentAway);
  });

  test('is told when somebody denies', async () => {
    const page = await openSignedIn(server, ada, { locale: 'de' });
    await page.goto(server.url + authorizeUrl());
    await page.getByRole('heading', { name: 'The Notebook möchte dich anmelden' }).waitFor();
    await assertEveryLook(page, 'consent-de');
    await page.getByRole('button', { name: 'Abbrechen' }).click();
    assert.equal((await answerAt(page)).error, 'access_denied');
    assertNoProblems(page, wentAway);
  });

  test('says in which language, and who it thinks comes', async () => {
    const page = await open(authorizeUrl({ ui_locales: 'de', login_hint: ada }));
    await page.getByText('um zu The Notebook zu gelangen').waitFor();
    assert.equal(await page.getByLabel('E-Mail-Adresse').inputValue(), ada);
    await page.getByRole('link', { name: 'Registrieren' }).click();
    await page.getByRole('heading', { name: 'Konto anlegen' }).waitFor();
    assert.equal(await page.getByLabel('E-Mail-Adresse').inputValue(), ada);
    assertNoProblems(page);
  });

  test('does not write over what somebody has typed already', async () => {
    const page = await openHosted(server, '/signed-out');
    let answer;
    const asked = new Promise((resolve) => { answer = resolve; });
    await page.route('**/oauth/request?*', async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto(server.url + authorizeUrl({ login_hint: ada }));
    await page.getByLabel('E-mail address').fill('other@example.com');
    answer();
    await page.getByText('to continue to The Notebook').waitFor();
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'other@example.com');
    assertNoProblems(page);
  });

  test('and registered itself is told from those that somebody here knows', async () => {
    const registered = await fetch(`${server.url}/oauth/register`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_name: 'The Bank', redirect_uris: [callback], token_endpoint_auth_method: 'none' }),
    });
    const { client_id: stranger } = await registered.json();
    for (const [locale, warning] of [['en', 'Nobody here has checked this program'], ['de', 'Niemand hier hat dieses Programm geprüft']]) {
      const page = await openSignedIn(server, ada, { locale });
      await page.goto(server.url + authorizeUrl({ client_id: stranger }));
      await page.locator('.notice').getByText(warning).waitFor();
      await assertEveryLook(page, `consent-self-registered-${locale}`, fewLooks);
      await page.goto(server.url + authorizeUrl({ prompt: 'consent' }));
      await page.getByRole('heading', { name: 'The Notebook' }).waitFor();
      assert.equal(await page.getByText(warning).count(), 0);
      assertNoProblems(page);
      const signedOut = await openHosted(server, '/signed-out', { locale });
      await signedOut.goto(server.url + authorizeUrl({ client_id: stranger }));
      await signedOut.locator('.notice').getByText(warning).waitFor();
      await assertEveryLook(signedOut, `login-self-registered-${locale}`, fewLooks);
      assertNoProblems(signedOut);
    }
  });

  test('gets who has no account yet, too', async () => {
    const page = await open(authorizeUrl());
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('E-mail address').fill('new@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    assert.ok((await answerAt(page)).code);
    assertNoProblems(page, wentAway);
  });

  test('lets people use another account', async () => {
    await server.register('other@example.com');
    const page = await openSignedIn(server, ada);
    await page.goto(server.url + authorizeUrl({ prompt: 'consent' }));
    await page.getByRole('link', { name: 'Use another account' }).click();
    await fillSignIn(page, 'other@example.com');
    await page.getByText('You are signed in as other@example.com.').waitFor();
    assertNoProblems(page, wentAway);
  });

  test('leaves nothing to decide once that is over', async () => {
    const page = await openSignedIn(server, ada);
    await page.goto(`${server.url}/consent?client_id=${notebook.CLIENT_ID}&request_uri=urn:made:up`);
    await page.getByRole('heading', { name: 'There is nothing to decide' }).waitFor();
    assert.notEqual(await page.getByRole('alert').innerText(), '');
    assert.equal(await page.getByRole('button', { name: 'Allow' }).count(), 0);
    await assertNoViolations(page);
    assertNoProblems(page, refused);
  });
});

describe('a request that nobody can be sent back from is explained on a page of ours', () => {
  const stranger = '019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071';
  for (const [name, changes, text] of [
    ['of an unknown client', { client_id: stranger }, { en: 'is not known to us', de: 'Wir kennen die Seite nicht' }],
    ['to another address', { redirect_uri: 'https://evil.example/' },
      { en: 'an address that it has not registered', de: 'die sie nicht angemeldet hat' }],
    ['to a script', { redirect_uri: 'javascript:alert(1)' }, { en: 'not registered', de: 'nicht angemeldet' }],
  ]) {
    for (const locale of ['en', 'de']) {
      test(`${name} (${locale})`, async () => {
        const page = await open(authorizeUrl(changes), { locale });
        await page.getByText(text[locale]).waitFor();
        assert.equal(new URL(page.url()).pathname, '/oauth/authorize');
        await assertEveryLook(page, `error-${name.replaceAll(' ', '-')}-${locale}`, fewLooks);
        assertNoProblems(page, /status of 400/);
      });
    }
  }
});

test('what a client says of itself is fetched by nobody, neither by us nor by the pages that name it', async () => {
  let connections = 0;
  const watched = createServer((socket) => { ++connections; socket.destroy(); }).listen(0, '127.0.0.1');
  await once(watched, 'listening');
  watched.unref();
  const at = `http://127.0.0.1:${watched.address().port}`;
  const said = {
    client_uri: `${at}/`, logo_uri: `${at}/logo.png`, policy_uri: `${at}/policy`, tos_uri: `${at}/terms`,
    jwks_uri: `${at}/jwks`, sector_identifier_uri: `${at}/sector`, initiate_login_uri: `${at}/login`, request_uris: [`${at}/request`],
  };
  const registered = await server.post('/oauth/register',
    { ...said, client_name: 'The Watcher', redirect_uris: [callback], token_endpoint_auth_method: 'none' });
  assert.equal(registered.status, 201, registered.text);
  assert.equal(registered.body.logo_uri, said.logo_uri);
  assert.equal((await run(['user', 'role', ada, '--add', 'admin', '--data', server.data])).code, 0);
  const { access_token: token } = await server.login(ada);
  const { client_uri: uri, logo_uri: logo } = said;
  const made = await server.post('/admin/clients', { client_name: 'The Watch', client_uri: uri, logo_uri: logo,
    token_endpoint_auth_method: 'none', grant_types: [deviceGrant] }, { token });
  assert.equal(made.status, 201, made.text);

  const page = await openSignedIn(server, ada);
  await page.goto(server.url + authorizeUrl({ client_id: registered.body.client_id }));
  await page.getByRole('button', { name: 'Allow' }).click();
  assert.ok((await answerAt(page)).code);
  const device = await beginDevice(server, { CLIENT_ID: made.body.client.client_id });
  await page.goto(device.verification_uri_complete);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'The Watch wants to sign you in' }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'The device is connected' }).waitFor();
  await page.goto(`${server.url}/account`);
  for (const name of ['The Watcher', 'The Watch']) {
    assert.equal(await page.getByRole('link', { name, exact: true }).getAttribute('href'), said.client_uri);
  }
  await page.waitForLoadState('networkidle');
  assert.equal(connections, 0);
  assert.deepEqual(page.problems.filter((problem) => problem.includes(at)), []);
  assertNoProblems(page, wentAway);
  await assert.rejects(fetch(at));
  assert.equal(connections, 1, 'it would have been seen');
});

describe('a device', () => {
  test('is let in by its code, however that is typed', async () => {
    const device = await beginDevice(server, tool);
    const page = await openSignedIn(server, ada);
    await page.goto(`${server.url}/device`);
    await page.getByLabel('Code').fill(` ${device.user_code.toLowerCase().replace('-', ' ')} `);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'The Tool wants to sign you in' }).waitFor();
    await page.getByText(device.user_code).waitFor();
    await assertEveryLook(page, 'device-decision');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.locator('h1:focus').getByText('The device is connected').waitFor();
    await assertEveryLook(page, 'device-done');
    assert.ok((await pollDevice(server, tool, device)).id_token);
    assertNoProblems(page);
  });

  test('is refused, and told', async () => {
    const device = await beginDevice(server, tool);
    const page = await openHosted(server, new URL(device.verification_uri_complete).pathname
      + new URL(device.verification_uri_complete).search);
    await page.waitForURL(/\/login\?/);
    await fillSignIn(page, ada);
    assert.equal(await page.getByLabel('Code').inputValue(), device.user_code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'The device was refused' }).waitFor();
    assert.equal((await pollDevice(server, tool, device)).error, 'access_denied');
    assertNoProblems(page, refused);
  });

  test('that does not exist is said', async () => {
    const page = await openSignedIn(server, ada);
    await page.goto(`${server.url}/device?user_code=BCDF-GHJK`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('There is no such code').waitFor();
    await assertNoViolations(page);
    assertNoProblems(page, refused);
  });
});

describe('signing out', () => {
  test('by the button of the account ends the session', async () => {
    const page = await openSignedIn(server, ada);
    await page.getByRole('banner').getByRole('link', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${server.url}/signed-out`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.goto(`${server.url}/account`);
    await page.waitForURL(/\/login\?/);
    assertNoProblems(page, refused);
  });

  test('asked for by a site leads back to it, and nobody else', async () => {
    const page = await openSignedIn(server, ada);
    const request = { client_id: notebook.CLIENT_ID, post_logout_redirect_uri: bye, state: 'gone' };
    await page.goto(`${server.url}/oauth/logout?${new URLSearchParams(request)}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    assert.equal((await answerAt(page, bye)).state, 'gone');
    assertNoProblems(page, wentAway);

    const again = await openSignedIn(server, ada);
    const evil = { ...request, post_logout_redirect_uri: 'https://evil.example/' };
    await again.goto(`${server.url}/sign-out?${new URLSearchParams(evil)}`);
    await again.getByRole('button', { name: 'Sign out' }).click();
    await again.locator('.notice.bad').getByText('an address that it has not registered').waitFor();
    assert.equal(new URL(again.url()).pathname, '/sign-out');
    await again.goto(`${server.url}/account`);
    await again.getByRole('heading', { name: 'Your account' }).waitFor(); // still signed in
    assertNoProblems(again, refused);
  });

  test('can be thought better of', async () => {
    const page = await openSignedIn(server, ada);
    await page.goto(`${server.url}/sign-out`);
    await page.getByRole('link', { name: 'Stay signed in' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assertNoProblems(page);
  });
});
