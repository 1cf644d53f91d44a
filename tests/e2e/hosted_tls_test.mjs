// Behind nginx with TLS, as people reach a server in earnest: what the browser keeps there, and that it is enough to sign
// in, to allow a site, to come back from another provider, and to sign out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { makeCertificate, startNginx } from '../support/nginx.mjs';
import { startGithub } from '../support/openid_provider.mjs';
import { fillSignIn } from '../support/pages.mjs';
import { freePort, run, startServer } from '../support/server.mjs';
import { addClient, shown } from '../support/site.mjs';
import { authorizePath, startVisitedSite, wentAway } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
const secret = 'a secret of the tests';
let server;
let url; // of nginx
let site;
let notebook;

/// The server that docs/integrate/nginx.md shows, with TLS in front of it.
async function startTls(port) {
  await startNginx((folder) => {
    const { certificate, key } = makeCertificate(folder);
    return shown('nginx.md', 'nginx', {
      'listen 8081;': `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key};`,
      'http://localhost:8080': server.url, '/srv/site': `${folder}/site`,
      'proxy_set_header X-Forwarded-For $remote_addr;': 'proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;',
    });
  }, { 'site/index.html': 'for members', 'site/favicon.ico': '' });
}

before(async () => {
  const port = await freePort();
  url = `https://localhost:${port}`;
  site = await startVisitedSite();
  server = await startServer({ settings: { VOYAGES_PUBLIC_URL: url, VOYAGES_TRUSTED_PROXIES: '127.0.0.1,::1' } });
  await startTls(port);
  await server.register(ada);
  notebook = await addClient(server, 'The Notebook', ['--redirect-uri', site.callback]);
  const github = await startGithub({ clientId: 'ours', clientSecret: secret, user: { login: 'octocat', id: 583231, name: 'Octo', email: null },
    emails: [{ email: 'octocat@example.com', primary: true, verified: true, visibility: null }] });
  const added = await run(['provider', 'add', 'github', '--issuer', github.url, '--client-id', 'ours', '--client-secret-stdin',
    '--data', server.data], { input: secret, settings: { VOYAGES_PUBLIC_URL: url } });
  assert.equal(added.code, 0, added.stderr);
});
after(() => server?.stop());

async function openAt(path) {
  const page = await openPage(url, { ignoreHTTPSErrors: true });
  page.answers = [];
  page.on('response', (answer) => page.answers.push(answer));
  await page.goto(url + path);
  return page;
}

/// Every cookie that was ever set here, whether it is there yet or not, as the server said it.
async function cookiesSet(page) {
  const fields = (await Promise.all(page.answers.filter((answer) => answer.url().startsWith(url))
    .map((answer) => answer.headersArray()))).flat();
  return fields.filter(({ name }) => name.toLowerCase() === 'set-cookie').map(({ value }) => value);
}

async function assertSafe(page, ...names) {
  const set = await cookiesSet(page);
  assert.deepEqual([...new Set(set.map((cookie) => cookie.split('=')[0]))].sort(), names);
  for (const cookie of set) {
    assert.match(cookie, /; *Secure/i);
    assert.match(cookie, /; *HttpOnly/i);
    assert.match(cookie, /; *SameSite=Lax/i);
    assert.match(cookie, /; *Path=\/(;|$)/i); // what the prefix demands: all paths, and no other host
    assert.doesNotMatch(cookie, /Domain/i);
  }
}

const kept = async (page) => (await page.context().cookies(url)).map(({ name, secure, httpOnly, sameSite, domain, path }) =>
  ({ name, secure, httpOnly, sameSite, domain, path }));
const session = { name: '__Host-voyages_session', secure: true, httpOnly: true, sameSite: 'Lax', domain: 'localhost', path: '/' };

test('one signs in, reaches the pages behind it, allows a site, and signs out', async () => {
  const page = await openAt('/');
  await page.waitForURL(`${url}/login?return_to=%2F`);
  await fillSignIn(page, ada);
  await page.waitForURL(`${url}/`);
  assert.equal(await page.locator('body').textContent(), 'for members');
  assert.deepEqual(await kept(page), [session]);

  await page.goto(url + authorizePath(notebook, site.callback));
  await page.getByRole('heading', { name: 'The Notebook wants to sign you in' }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${site.callback}?*`);
  const answer = new URL(page.url()).searchParams;
  assert.ok(answer.get('code'));
  assert.equal(answer.get('iss'), url);

  const login = await page.goto(`${url}/account`);
  assert.match(await login.headerValue('strict-transport-security'), /max-age=\d{7}/);
  await page.getByText('The Notebook').waitFor();
  await page.getByRole('banner').getByRole('link', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${url}/signed-out`);
  assert.deepEqual(await kept(page), []);
  await assertSafe(page, '__Host-voyages_session');
  assertNoProblems(page, wentAway, /status of 401/);
});

test('one comes back from another provider', async () => {
  const page = await openAt('/login');
  await page.getByRole('button', { name: /GitHub/ }).click();
  await page.waitForURL(`${url}/account`);
  await page.getByText('octocat@example.com').first().waitFor();
  assert.deepEqual(await kept(page), [{ ...session, name: '__Host-voyages_federation' }, session]);
  await assertSafe(page, '__Host-voyages_federation', '__Host-voyages_session');
  assertNoProblems(page, wentAway);
});

test('a cookie of the name that is used without TLS opens nothing', async () => {
  const own = await openAt('/login');
  await fillSignIn(own, ada);
  await own.waitForURL(`${url}/account`);
  const [{ value }] = await own.context().cookies(url);
  const page = await openPage(url, { ignoreHTTPSErrors: true });
  await page.context().addCookies([{ name: 'voyages_session', value, domain: 'localhost', path: '/', secure: true }]);
  await page.goto(`${url}/account`);
  await page.waitForURL(/\/login\?/);
});
