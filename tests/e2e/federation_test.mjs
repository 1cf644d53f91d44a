// Signing in with somebody else's account, in a real browser: at a certified OpenID provider, and at a GitHub.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems } from '../support/browser.mjs';
import { startGithub, startOpenIdProvider } from '../support/openid_provider.mjs';
import { assertEveryLook, fewLooks, fillSignIn, mailedLink, openHosted, refused, textsIn } from '../support/pages.mjs';
import { freePort, goodPassword, lastLines, run, startServer } from '../support/server.mjs';

const clientId = 'cloud-voyages';
const clientSecret = 'a secret of the tests, with + and /';
const accounts = {
  ada: { email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' },
  eve: { email: 'eve@example.com', email_verified: false, name: 'Eve' },
  grace: { email: 'grace@example.com', email_verified: true, name: 'Grace Hopper' },
};
const octocat = { login: 'octocat', id: 583231, name: 'The Octocat', email: null };
const octocatEmails = [
  { email: 'other@example.com', primary: false, verified: true, visibility: null },
  { email: 'octocat@example.com', primary: true, verified: true, visibility: 'private' },
];

let server;
let acme;
let github;

async function provider(args, input = '') {
  const result = await run(['provider', ...args, '--data', server.data],
    { input, settings: { VOYAGES_PUBLIC_URL: server.url } });
  assert.equal(result.code, 0, lastLines(result));
  return result.stdout;
}

before(async () => {
  const port = await freePort();
  const callback = (id) => `http://localhost:${port}/auth/federation/${id}/callback`;
  acme = await startOpenIdProvider({ clientId, clientSecret, accounts, redirectUri: callback('acme') });
  github = await startGithub({ clientId, clientSecret, user: octocat, emails: octocatEmails });
  server = await startServer({ port });
  const secret = `${clientSecret}\n`;
  const said = await provider(['add', 'acme', '--issuer', acme.issuer, '--name', 'Acme', '--client-id', clientId, '--client-secret-stdin'], secret);
  assert.ok(said.includes(callback('acme')), said);
  await provider(['add', 'github', '--issuer', github.url, '--client-id', clientId, '--client-secret-stdin'], secret);
});
after(() => server.stop());

const fonts = 'https://fonts.googleapis.com/'; // which Acme's pages ask for; ours ask for nothing elsewhere

/// A browser at the sign-in page.
async function openLogin(options) {
  const page = await openHosted(server, '/login', options);
  await page.route(`${fonts}**`, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  return page;
}

/// What a page does on its way through a provider.
const wentThere = [/^went to http:\/\/127\.0\.0\.1/, new RegExp(`^went to ${fonts}`)];

/// Presses the button and signs in at Acme, up to where it asks whether we may know.
async function signInAtAcme(page, login) {
  await page.getByRole('button', { name: /Acme/ }).click();
  await page.waitForURL(`${acme.issuer}/interaction/*`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).waitFor();
}

async function throughAcme(page, login) {
  await signInAtAcme(page, login);
  await page.getByRole('button', { name: 'Continue' }).click();
}

const at = (path) => new RegExp(`^${server.url}${path}`);
const rowOf = (page, provider) => page.locator('.row', { has: page.locator('strong', { hasText: provider }) });
const codeAt = (page) => new URL(page.url()).searchParams.get('error');
const me = (page) => page.evaluate(() => fetch('/auth/me').then((answer) => (answer.ok ? answer.json() : {})));
const identities = async (page) => (await page.evaluate(() => fetch('/auth/identities').then((answer) => answer.json()))).items;

/// Signs in at Acme, but keeps its answer from the browser: the address that it would have gone to. Playwright sees the
/// first request of a chain of redirects alone, so the rest is followed by hand.
async function holdAnswer(page, login) {
  let answer;
  await page.route(`${acme.issuer}/interaction/**`, async (route) => {
    let response = await route.fetch({ maxRedirects: 0 });
    let { location } = response.headers();
    while (location && !location.includes('/callback?')) {
      response = await page.context().request.get(new URL(location, acme.issuer).href, { maxRedirects: 0 });
      ({ location } = response.headers());
    }
    if (!location) return route.fulfill({ response });
    answer = new URL(location);
    return route.fulfill({ body: 'held' });
  });
  await signInAtAcme(page, login);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('held').waitFor();
  return answer;
}

describe('at an OpenID provider', () => {
  test('the list of providers shows no secret', async () => {
    const list = await provider(['list']);
    assert.match(list, /^acme +openid +Acme +http/m);
    assert.match(list, /^github +github +GitHub +http/m);
    assert.ok(!list.includes('secret'), list);
  });

  test('a button leads there and back, and makes the account', async () => {
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    const { user } = await me(page);
    assert.equal(user.email, 'ada@example.com');
    assert.equal(user.name, 'Ada Lovelace');
    assert.equal(user.email_verified, true);
    const session = (await page.context().cookies(server.url)).find(({ name }) => name === 'voyages_session');
    assert.ok(session.httpOnly && session.sameSite === 'Lax');
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    assertNoProblems(page, ...wentThere);
  });

  test('an account without a password can choose one, and is asked for none that it does not have', async () => {
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    const choose = page.getByRole('link', { name: 'Choose a password by mail' });
    await choose.waitFor();
    assert.equal(await page.getByRole('button', { name: 'Change password' }).count(), 0);
    await page.getByRole('button', { name: 'Change address' }).click();
    assert.equal(await page.locator('dialog input').count(), 0);
    await page.locator('dialog').getByRole('link', { name: 'Choose a password by mail' }).click();
    await page.waitForURL(at('/forgot-password'));
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'ada@example.com');
  });

  test('whoever comes again is known', async () => {
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    assert.equal((await identities(page)).length, 1);
  });

  test('it goes on to where the page was on its way', async () => {
    const page = await openHosted(server, `/login?return_to=${encodeURIComponent('/docs?x=1')}`);
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/docs\\?x=1'));
  });

  for (const locale of ['en', 'de']) {
    test(`cancelling there is said here (${locale})`, async () => {
      const page = await openLogin({ locale });
      await assertEveryLook(page, `federation-login-${locale}`, fewLooks);
      await signInAtAcme(page, 'ada');
      await page.getByRole('link', { name: /Cancel/ }).click();
      await page.waitForURL(at('/login'));
      assert.equal(codeAt(page), 'federation_denied');
      await page.locator('.notice.bad').getByText(textsIn(locale)['error.federation_denied']).waitFor();
      await assertEveryLook(page, `federation-denied-${locale}`, fewLooks);
      assert.deepEqual(await me(page), {});
      assertNoProblems(page, ...wentThere, refused);
    });
  }

  test('an address that it does not vouch for makes no account', async () => {
    const page = await openLogin();
    await throughAcme(page, 'eve');
    await page.waitForURL(at('/login'));
    assert.equal(codeAt(page), 'email_unverified_upstream');
  });

  test('an account that somebody else may have made is not taken over, nor handed over', async () => {
    await server.register('grace@example.com');
    const page = await openLogin();
    await throughAcme(page, 'grace');
    await page.waitForURL(at('/login'));
    assert.equal(codeAt(page), 'account_exists');
    assert.deepEqual(await me(page), {});
  });

  test('an answer counts once, and only in the browser that asked', async () => {
    const page = await openLogin();
    let answer;
    page.on('request', (request) => { if (request.url().includes('/callback?')) answer = request.url(); });
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    await page.goto(answer);
    assert.equal(codeAt(page), 'federation_failed');

    const own = await openLogin();
    const held = await holdAnswer(own, 'ada');
    const other = await openHosted(server, held.pathname + held.search);
    assert.equal(codeAt(other), 'federation_failed');
    assert.deepEqual(await me(other), {});
    await own.goto(held.href);
    assert.equal((await me(own)).user.email, 'ada@example.com');
  });

  for (const [what, change] of Object.entries({
    'another issuer': (answer) => answer.set('iss', 'https://evil.example'),
    'no issuer': (answer) => answer.delete('iss'),
    'another code': (answer) => answer.set('code', 'of-somebody-else'),
    'another state': (answer) => answer.set('state', answer.get('state').replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))),
  })) {
    test(`an answer with ${what} signs nobody in`, async () => {
      const page = await openLogin();
      const answer = await holdAnswer(page, 'ada');
      change(answer.searchParams);
      await page.goto(answer.href);
      assert.equal(codeAt(page), 'federation_failed');
      assert.deepEqual(await me(page), {});
    });
  }

  for (const [name, value] of Object.entries({ nonce: 'n'.repeat(43), code_challenge: 'c'.repeat(43) })) {
    test(`a request whose ${name} was swapped on the way signs nobody in`, async () => {
      const page = await openLogin();
      await page.route(/\/auth\?/, (route) => {
        const url = new URL(route.request().url());
        url.searchParams.set(name, value);
        return route.fulfill({ status: 303, headers: { Location: url.href } });
      }, { times: 1 });
      await throughAcme(page, 'ada');
      await page.waitForURL(at('/login'));
      assert.equal(codeAt(page), 'federation_failed');
    });
  }

  test('a page of another site cannot begin it', async () => {
    for (const headers of [{}, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://evil.example' }]) {
      const answer = await server.post('/auth/federation/acme', {}, { headers });
      assert.equal(answer.status, 403, answer.text);
      assert.equal(answer.body.code, 'cross_site_request');
    }
  });
});

describe('at GitHub', () => {
  test('the primary address that it has confirmed makes the account', async () => {
    const page = await openLogin();
    await page.getByRole('button', { name: /GitHub/ }).click();
    await page.waitForURL(at('/account'));
    assert.equal((await me(page)).user.email, 'octocat@example.com');
    assert.ok(github.requests.at(-1).code_verifier.length >= 43);
  });

  for (const locale of ['en', 'de']) {
    test(`who signed in otherwise links it, and unlinks it again, but not the last (${locale})`, async () => {
      github.user = { ...octocat, id: 99, login: 'lovelace' };
      github.emails = [];
      const texts = textsIn(locale);
      const page = await openLogin({ locale });
      await throughAcme(page, 'ada');
      await page.waitForURL(at('/account'));
      await page.getByRole('button', { name: /GitHub/ }).click();
      await page.waitForURL(at('/account'));
      await rowOf(page, 'GitHub').waitFor();
      await page.waitForLoadState('networkidle');
      const linked = await identities(page);
      assert.deepEqual(linked.map(({ provider_name: name }) => name).sort(), ['Acme', 'GitHub']);
      await assertEveryLook(page, `federation-linked-${locale}`, fewLooks);

      const again = await openLogin({ locale });
      await again.getByRole('button', { name: /GitHub/ }).click();
      await again.waitForURL(at('/account'));
      assert.equal((await me(again)).user.email, 'ada@example.com');
      assertNoProblems(again, ...wentThere);

      const remove = (provider) => rowOf(page, provider).getByRole('button', { name: texts['account.remove_identity'] }).click();
      await remove('GitHub');
      await page.locator('.news').getByText(texts['account.identity_removed'].replace('{provider}', 'GitHub')).waitFor();
      await rowOf(page, 'GitHub').waitFor({ state: 'detached' });
      assert.deepEqual((await identities(page)).map(({ provider_name: name }) => name), ['Acme']);
      assertNoProblems(page, ...wentThere);

      await remove('Acme');
      await page.locator('[role=alert]:focus').getByText(texts['error.last_sign_in_method']).waitFor();
      await rowOf(page, 'Acme').waitFor();
      await assertEveryLook(page, `federation-last-${locale}`, fewLooks);
      assert.equal((await identities(page)).length, 1);
      assertNoProblems(page, ...wentThere, refused);
    });
  }

  test('who signed in a while ago is led to do so again before they link', async () => {
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    await page.route('**/auth/federation/github', (route) => route.fulfill({
      status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'fresh_sign_in_needed' }),
    }));
    await page.getByRole('button', { name: /GitHub/ }).click();
    await page.getByRole('alert').getByText('You signed in a while ago.').waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.waitForURL(at('/login\\?return_to=/account$'));
    await page.getByLabel('Password', { exact: true }).waitFor();
  });

  test('an identity of one account is not taken into another', async () => {
    github.user = octocat;
    github.emails = octocatEmails;
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    await page.getByRole('button', { name: /GitHub/ }).click();
    await page.waitForURL(at('/account\\?error='));
    assert.equal(codeAt(page), 'identity_taken');
    assert.equal((await identities(page)).length, 1);
  });

  test('once the provider is deleted, its button is gone and so is the way in', async () => {
    await provider(['delete', 'github']);
    const page = await openLogin();
    await page.getByRole('button', { name: /Acme/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: /GitHub/ }).count(), 0);
    const answer = await server.post('/auth/federation/github', {}, { headers: { 'Sec-Fetch-Site': 'same-origin' } });
    assert.equal(answer.body.code, 'provider_not_found');
  });
});

test('whoever has only a provider can choose a password by mail, and signs in with it', async () => {
  assert.equal((await server.post('/auth/login', { email: 'ada@example.com', password: goodPassword })).status, 401);
  const page = await openLogin();
  await throughAcme(page, 'ada');
  await page.waitForURL(at('/account'));
  await page.getByRole('link', { name: 'Choose a password by mail' }).click();
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();

  const other = await openHosted(server, '/signed-out'); // wherever the mail is read
  await other.goto(await mailedLink(server, '/reset-password', 'ada@example.com'));
  await other.getByLabel('New password').fill(goodPassword);
  await other.getByRole('button', { name: 'Change password' }).click();
  await other.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  await other.getByRole('link', { name: 'Sign in' }).click();
  await fillSignIn(other, 'ada@example.com');
  await other.getByRole('button', { name: 'Change password' }).waitFor();
  assert.equal((await me(other)).user.name, 'Ada Lovelace');
  assert.deepEqual((await identities(other)).map(({ provider_name: name }) => name), ['Acme']);
  assertNoProblems(other);
  assertNoProblems(page, ...wentThere);
});

test('no secret reached the log', () => {
  assert.ok(server.log.some(({ message }) => message === 'a sign-in provider failed'));
  for (const text of [clientSecret, encodeURIComponent(clientSecret), 'gho_test', 'code_verifier', '?code=']) {
    assert.ok(!server.stderr.includes(text), text);
  }
});
