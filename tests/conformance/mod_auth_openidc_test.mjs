// Two sites behind Apache with mod_auth_openidc, a certified relying party, configured as docs/integrate/apache.md shows:
// signed in at one, known at the other, signed out of both.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startApache } from '../support/apache.mjs';
import { openPage } from '../support/browser.mjs';
import { freePort, run, startServer, waitFor } from '../support/server.mjs';
import { addClientAsShown, shown, signIn, signInPage } from '../support/site.mjs';

let server;
let user;
let first;
let second;

async function startProtectedSite(name, host) {
  const url = `http://${host}:${await freePort()}`;
  const { CLIENT_ID, CLIENT_SECRET } = addClientAsShown(server, 'apache.md', { 'http://localhost:8081': url });
  const configuration = shown('apache.md', 'apache', {
    'http://localhost:8080': server.url, 'http://localhost:8081': url, '*:8081': `*:${new URL(url).port}`,
    CLIENT_ID, CLIENT_SECRET, SESSION_SECRET: `secret-of-the-test-${name}`, '/srv/site': 'site',
  });
  // What a program of the site finds in its environment is shown to the test.
  const claims = ['email', 'name', 'roles'].map((name) => `Header set X-Claim-${name} "%{OIDC_CLAIM_${name}}e"`);
  await startApache(url, `${configuration}\n<Location />\n${claims.join('\n')}\n</Location>`, {
    'index.html': `for members of ${name}`, 'admin/index.html': 'for administrators', 'goodbye.html': 'See you',
  });
  return url;
}

before(async () => {
  server = await startServer();
  user = await server.register('ada@example.com');
  const { access_token: token } = await server.login('ada@example.com');
  assert.equal((await server.call('PATCH', '/auth/me', { name: 'Ada Lovelace' }, { token })).status, 200);
  first = await startProtectedSite('first', 'localhost');
  second = await startProtectedSite('second', '127.0.0.1');
});

after(() => server?.stop());

/// Opens a page, and says whether ours asked for anything on the way.
async function visit(page, url) {
  const asked = [];
  const watch = (frame) => { if (signInPage.test(frame.url())) asked.push(frame.url()); };
  page.on('framenavigated', watch);
  const answer = await page.goto(url);
  await page.waitForLoadState('networkidle');
  page.off('framenavigated', watch);
  return { answer, asked: asked.length > 0 };
}

/// The site's own answer to the page's browser.
function askAsBrowser(page, url) {
  return page.context().request.get(url, { headers: { accept: 'text/html' }, maxRedirects: 0 });
}

/// The claims that the table of the page names, as Apache hands them to the site.
function claimsTold(answer) {
  return Object.fromEntries(['email', 'name', 'roles'].map((name) => [name, answer.headers()[`x-claim-${name}`]]));
}

async function signInAtTheFirst() {
  const page = await openPage(first);
  await page.goto(`${first}/`);
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${first}/`);
  return page;
}

test('who is not signed in gets no page', async () => {
  const page = await openPage(first);
  for (const url of [first, second]) {
    assert.equal((await fetch(`${url}/`)).status, 401); // a program
    const answer = await askAsBrowser(page, `${url}/`);
    assert.equal(answer.status(), 302);
    const authorize = new URL(answer.headers().location);
    assert.equal(authorize.origin, server.url);
    assert.equal(authorize.searchParams.get('code_challenge_method'), 'S256');
    assert.doesNotMatch(await answer.text(), /for members/);
  }
  await page.context().close();
});

test('signed in at the first site is signed in at the second, unasked', async () => {
  const page = await signInAtTheFirst();
  assert.equal(await page.textContent('body'), 'for members of first');
  const again = await visit(page, `${first}/`);
  assert.equal(again.answer.headers()['x-signed-in-as'], user.id);

  const { answer, asked } = await visit(page, `${second}/`);
  assert.equal(await page.textContent('body'), 'for members of second');
  assert.equal(asked, false);
  assert.equal(answer.headers()['x-signed-in-as'], user.id);
  assert.deepEqual(claimsTold(answer), { email: 'ada@example.com', name: 'Ada Lovelace', roles: '' });
  await page.context().close();
});

test('a folder for administrators opens with the role', async () => {
  const page = await signInAtTheFirst();
  assert.equal((await visit(page, `${first}/admin/`)).answer.status(), 401);
  const given = await run(['user', 'role', 'ada@example.com', '--add', 'admin', '--data', server.data]);
  assert.equal(given.code, 0, given.stderr);
  await visit(page, `${second}/admin/`); // the first remembers what it was told
  assert.equal(await page.textContent('body'), 'for administrators');
  assert.equal(claimsTold(await page.reload()).roles, 'admin');
  await page.context().close();
});

test('signing out at the first site ends the second, by the back channel', async () => {
  const page = await signInAtTheFirst();
  await visit(page, `${second}/`);
  assert.equal(await page.textContent('body'), 'for members of second');
  assert.equal((await visit(page, `${second}/`)).asked, false);

  await page.goto(`${first}/signed-in?logout=${encodeURIComponent(`${first}/goodbye.html`)}`);
  await page.waitForURL(`${first}/goodbye.html*`);
  assert.equal(await page.textContent('body'), 'See you');

  await waitFor('the second site to forget its visitor', async () =>
    (await askAsBrowser(page, `${second}/`)).status() === 302);
  for (const url of [first, second]) {
    await page.goto(`${url}/`);
    await page.waitForURL(signInPage);
  }
  await page.context().close();
});
