// What the hosted pages must not do: lead elsewhere, run what is not theirs, or leave secrets behind.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { fillSignIn, openHosted, openSignedIn } from '../support/pages.mjs';
import { startServer } from '../support/server.mjs';
import { hostedPaths } from '../support/site.mjs';
import { startVisitedSite } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
let server;

before(async () => {
  server = await startServer();
  await server.register(ada);
});
after(() => server.stop());

describe('after signing in, the browser', () => {
  const signInAt = async (returnTo) => {
    const page = await openHosted(server, `/login?${new URLSearchParams({ return_to: returnTo })}`);
    // What the page asks another host for would be answered, were it asked.
    await page.route((url) => url.origin !== server.url, (route) => route.fulfill({ body: 'caught' }));
    await fillSignIn(page, ada);
    return page;
  };

  const elsewhere = {
    'another site': 'https://evil.example/',
    'another site without its scheme': '//evil.example/',
    'three slashes': '///evil.example',
    'a backslash': '/\\evil.example',
    'backslashes alone': '\\\\evil.example',
    'a tab that browsers drop': '/\t/evil.example',
    'a line end that browsers drop': '/\n/evil.example',
    'a dot that browsers drop': '/.//evil.example',
    'dots that browsers drop': '/a/..//evil.example',
    'a script': 'javascript:alert(document.domain)',
    'a script after a space': ' javascript:alert(1)',
    'data': 'data:text/html,<script>alert(1)</script>',
    'user and host': '@evil.example',
    'a host after a dot': '.evil.example',
    'a path without its slash': 'account',
    'nothing': '',
  };
  for (const [name, returnTo] of Object.entries(elsewhere)) {
    test(`does not follow ${name}`, async () => {
      const page = await signInAt(returnTo);
      await page.waitForURL(`${server.url}/account`);
      assertNoProblems(page);
    });
  }

  const here = ['/device?user_code=BCDF-GHJK', '/docs', '/sign-out#part'];
  for (const path of here) {
    test(`goes to ${path}`, async () => {
      const page = await signInAt(path);
      await page.waitForURL(server.url + path);
    });
  }

  test('goes where it was going when a page asked to sign in first', async () => {
    const page = await openHosted(server, '/device?user_code=BCDF-GHJK');
    await page.waitForURL(`${server.url}/login?*`);
    await fillSignIn(page, ada);
    await page.waitForURL(`${server.url}/device?user_code=BCDF-GHJK`);
    await page.getByLabel('Code').waitFor();
  });
});

test('nothing that opens an account is where scripts can read it', async () => {
  const page = await openSignedIn(server, ada);
  await page.getByLabel('Language').selectOption('Deutsch');
  const kept = await page.evaluate(() => [document.cookie, { ...localStorage }, { ...sessionStorage }]);
  assert.deepEqual(kept, ['', { 'voyages.language': 'de' }, {}]);
  const [cookie] = await page.context().cookies();
  assert.ok(cookie.httpOnly);
  assert.equal(cookie.sameSite, 'Lax');
});

test('a spent link leaves the address bar and the history', async () => {
  const page = await openHosted(server, server.setupLink);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
  await page.goBack();
  assert.equal(new URL(page.url()).hash, '');
});

describe('the policy of the pages', () => {
  for (const [what, smuggle] of Object.entries({
    'an inline script': () => document.body.append(Object.assign(document.createElement('script'), { text: 'window.hit = 1' })),
    'a script from elsewhere': () => document.body.append(Object.assign(document.createElement('script'), { src: 'https://evil.example/x.js' })),
    'markup made of text': () => { document.body.innerHTML = '<img src=x onerror="window.hit = 1">'; },
    'an inline style': () => document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { display: none }' })),
  })) {
    test(`stops ${what}`, async () => {
      const page = await openHosted(server, '/login');
      await page.evaluate(smuggle).catch(() => {}); // some are stopped by an exception
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate(() => window.hit), undefined);
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).display), 'none');
      assert.ok(page.problems.length > 0, 'a violation is a problem that every other test would fail at');
    });
  }

  // Also what is answered where somebody is on their way, and the pages of errors.
  const paths = [...hostedPaths(), '/', '/docs', '/mail', '/oauth/authorize?client_id=unknown', '/oauth/logout',
    '/oauth/logout?id_token_hint=none', '/auth/federation/none/callback', '/there/is/no/such/page'];

  for (const path of paths) {
    test(`keeps ${path} out of frames`, async () => {
      const answer = await server.get(path, { headers: { Accept: 'text/html' } });
      assert.match(answer.headers.get('content-security-policy'), /frame-ancestors 'none'/);
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    });
  }

  test('shows nothing of them in the frames of another site', async () => {
    assert.ok(hostedPaths().length > 10);
    const frames = ['/empty', ...paths.map((path) => server.url + path)];
    const site = await startVisitedSite(`<!doctype html><title>Clicks</title>${frames.map((src) => `<iframe src="${src}"></iframe>`).join('')}`);
    const page = await openPage(site.url);
    await page.route('**/empty', (route) => route.fulfill({ contentType: 'text/html', body: 'in a frame' }));
    await page.goto(site.url);
    const [own, ...others] = page.mainFrame().childFrames();
    assert.equal(await own.locator('body').textContent(), 'in a frame');
    assert.deepEqual(others.map((frame) => frame.url()).filter((url) => url.startsWith(server.url)), []);
    assert.equal(page.problems.filter((problem) => problem.includes('frame-ancestors')).length, paths.length);
  });
});

test('names and addresses are text, whatever they look like', async () => {
  const markup = '<img src=x onerror=alert(1)>';
  await server.post('/auth/register', { email: 'markup@example.com', password: 'correct horse battery staple', name: markup });
  const page = await openSignedIn(server, 'markup@example.com');
  assert.equal(await page.getByLabel('Name').inputValue(), markup);
  await page.goto(`${server.url}/login?login_hint=${encodeURIComponent(markup)}&error=${encodeURIComponent(markup)}`);
  await page.locator('.notice.bad').waitFor();
  assert.equal(await page.locator('.notice img').count(), 0);
  assertNoProblems(page);
});
