// The configuration that docs/integrate/nginx.md shows, in a real nginx in front of a static site.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { startNginx } from '../support/nginx.mjs';
import { freePort, run, startServer } from '../support/server.mjs';
import { shown, signIn } from '../support/site.mjs';
import { passesOurPagesOn } from '../support/site_scenarios.mjs';

let server;
let folder; // of nginx
let site;
let member;

function ask(path, { token, ...options } = {}) {
  const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
  return fetch(site + path, { ...options, headers });
}

before(async () => {
  const port = await freePort();
  site = `http://127.0.0.1:${port}`;
  server = await startServer({ settings: { VOYAGES_PUBLIC_URL: site, VOYAGES_TRUSTED_PROXIES: '127.0.0.1,::1' } });
  folder = await startNginx((files) => shown('nginx.md', 'nginx', {
    'listen 8081': `listen 127.0.0.1:${port}`, '/srv/site': `${files}/site`, 'http://localhost:8080': server.url,
  }), {
    'site/index.html': 'for members',
    'site/favicon.ico': '', // which browsers ask for
    'site/admin/index.html': 'for administrators',
  });
  await server.register('ada@example.com');
  member = (await server.login('ada@example.com')).access_token;
});

after(() => server?.stop());

test('who is not signed in is refused', async () => {
  for (const options of [{}, { token: 'nonsense' }, { token: `${member.slice(0, -5)}AAAAA` }]) {
    const answer = await ask('/', options);
    assert.equal(answer.status, 401);
    assert.doesNotMatch(await answer.text(), /for members/);
  }
});

test('our own pages need no session', () => passesOurPagesOn(site, server));

test('a browser is sent to the sign-in page, comes back to where it was, and signs out', async () => {
  const page = await openPage(site);
  await page.goto(`${site}/index.html?year=2026&sort=up`);
  await signIn(page, 'ada@example.com');
  await page.waitForURL(`${site}/index.html?year=2026&sort=up`);
  assert.equal(await page.textContent('body'), 'for members');
  assert.equal((await page.goto(`${site}/admin/`)).status(), 403);

  await page.goto(`${site}/sign-out`);
  await page.getByRole('button', { name: /^sign out$/i }).click();
  await page.waitForURL(`${site}/signed-out`);
  await page.goto(`${site}/`);
  await page.waitForURL(`${site}/login?return_to=%2F`);
  assertNoProblems(page, /40[13]/);
});

test('who is signed in gets the page, and the site learns who it is', async () => {
  const answer = await ask('/', { token: member });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), 'for members');
  const me = (await server.get('/auth/me', { token: member })).body;
  assert.equal(answer.headers.get('x-signed-in-as'), me.id ?? me.user.id);
});

test('the token may come in a cookie', async () => {
  for (const name of ['voyages_token', '__Host-voyages_token']) {
    assert.equal((await ask('/', { headers: { Cookie: `theme=dark; ${name}=${member}` } })).status, 200);
  }
  assert.equal((await ask('/', { headers: { Cookie: `other=${member}` } })).status, 401);
});

test('a folder for administrators is closed to others, and opens with the role', async () => {
  assert.equal((await ask('/admin/')).status, 401);
  assert.equal((await ask('/admin/', { token: member })).status, 403);
  const given = await run(['user', 'role', 'ada@example.com', '--add', 'admin', '--data', server.data]);
  assert.equal(given.code, 0, given.stderr);
  const answer = await ask('/admin/', { token: member });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), 'for administrators');
});

test('other methods and large bodies reach the site, when and only when signed in', async () => {
  const body = Buffer.alloc(900_000, 'x');
  // 405 is the static site's own answer to a POST.
  assert.equal((await ask('/index.html', { token: member, method: 'POST', body })).status, 405);
  assert.equal((await ask('/index.html', { method: 'POST', body })).status, 401);
  assert.equal((await ask('/', { token: member, method: 'HEAD' })).status, 200);
  assert.equal((await ask('/', { method: 'HEAD' })).status, 401);
});

test('who signed out is refused at once', async () => {
  const { access_token: token } = await server.login('ada@example.com');
  assert.equal((await ask('/', { token })).status, 200);
  assert.equal((await server.post('/auth/logout', undefined, { token })).status, 204);
  assert.equal((await ask('/', { token })).status, 401);
  assert.equal((await ask('/', { token: member })).status, 200);
  assert.doesNotMatch(readFileSync(join(folder, 'error.log'), 'utf8'), /\[(error|crit|alert|emerg)\]/);
});
