// Signing in with somebody else's account, in a real browser: at a certified OpenID provider, and at a GitHub.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openPage } from '../support/browser.mjs';
import { startGithub, startOpenIdProvider } from '../support/openid_provider.mjs';
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

/// A browser at the sign-in page.
async function openLogin() {
  const page = await openPage(server.url);
  await page.goto(`${server.url}/login`);
  return page;
}

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
    await page.screenshotTo('federation-login');
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    const { user } = await me(page);
    assert.equal(user.email, 'ada@example.com');
    assert.equal(user.name, 'Ada Lovelace');
    assert.equal(user.email_verified, true);
    await page.screenshotTo('federation-account');
    const session = (await page.context().cookies(server.url)).find(({ name }) => name === 'voyages_session');
    assert.ok(session.httpOnly && session.sameSite === 'Lax');
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
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
    const page = await openPage(server.url);
    await page.goto(`${server.url}/login?return_to=${encodeURIComponent('/docs?x=1')}`);
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/docs\\?x=1'));
  });

  test('cancelling there is said here', async () => {
    const page = await openLogin();
    await signInAtAcme(page, 'ada');
    await page.getByRole('link', { name: /Cancel/ }).click();
    await page.waitForURL(at('/login'));
    assert.equal(codeAt(page), 'federation_denied');
    await page.getByRole('alert').or(page.getByRole('status')).first().waitFor();
    await page.screenshotTo('federation-denied');
    assert.deepEqual(await me(page), {});
  });

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
    const other = await openPage(server.url);
    await other.goto(held.href);
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

  test('who signed in otherwise links it, and unlinks it again', async () => {
    github.user = { ...octocat, id: 99, login: 'lovelace' };
    github.emails = [];
    const page = await openLogin();
    await throughAcme(page, 'ada');
    await page.waitForURL(at('/account'));
    await page.getByRole('button', { name: /GitHub/ }).click();
    await page.waitForURL(at('/account'));
    await page.waitForLoadState('networkidle');
    const linked = await identities(page);
    assert.deepEqual(linked.map(({ provider_name: name }) => name).sort(), ['Acme', 'GitHub']);
    await page.screenshotTo('federation-linked');

    const again = await openLogin();
    await again.getByRole('button', { name: /GitHub/ }).click();
    await again.waitForURL(at('/account'));
    assert.equal((await me(again)).user.email, 'ada@example.com');

    const unlink = (id) => page.evaluate((which) => fetch(`/auth/identities/${which}`, { method: 'DELETE' })
      .then(async (answer) => [answer.status, answer.ok ? '' : (await answer.json()).code]), id);
    const [first, second] = linked.map(({ id }) => id);
    assert.deepEqual(await unlink(second), [204, '']);
    assert.deepEqual(await unlink(first), [409, 'last_sign_in_method']);
  });

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

test('whoever has only a provider can choose a password by mail', async () => {
  assert.equal((await server.post('/auth/login', { email: 'ada@example.com', password: goodPassword })).status, 401);
  assert.equal((await server.post('/auth/forgot-password', { email: 'ada@example.com' })).status, 202);
});

test('no secret reached the log', () => {
  assert.ok(server.log.some(({ message }) => message === 'a sign-in provider failed'));
  for (const text of [clientSecret, encodeURIComponent(clientSecret), 'gho_test', 'code_verifier', '?code=']) {
    assert.ok(!server.stderr.includes(text), text);
  }
});
