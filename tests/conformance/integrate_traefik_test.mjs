// docs/integrate/traefik.md: the addresses that it shows, asked with the fields that Traefik's ForwardAuth documents.
// Traefik itself is in no package registry that a test could install it from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { readSource, run, startServer } from '../support/server.mjs';
import { hostedPaths, shown } from '../support/site.mjs';

let server;
let user;
let member;
let addresses;

before(async () => {
  server = await startServer({ settings: { VOYAGES_TRUSTED_PROXIES: '127.0.0.1,::1' } });
  user = await server.register('ada@example.com');
  member = (await server.login('ada@example.com')).access_token;
  addresses = [...shown('traefik.md', 'yaml').matchAll(/address: "http:\/\/localhost:8080(\S+)"/g)].map(([, path]) => path);
});

after(() => server?.stop());

function forward(address, fields = {}) {
  return fetch(server.url + address, {
    redirect: 'manual',
    headers: {
      'X-Forwarded-Method': 'GET', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'example.com',
      'X-Forwarded-Uri': '/reports?a=1&b=2', 'X-Forwarded-For': '203.0.113.9', ...fields,
    },
  });
}

test('a browser is sent to sign in, a program is refused', async () => {
  assert.equal(addresses.length, 2);
  for (const address of addresses) {
    const browser = await forward(address, { Accept: 'text/html,application/xhtml+xml' });
    assert.equal(browser.status, 303);
    assert.equal(browser.headers.get('location'), `${server.url}/login?return_to=%2Freports%3Fa%3D1%26b%3D2`);
    const program = await forward(address, { Accept: 'application/json' });
    assert.equal(program.status, 401);
    assert.equal(program.headers.get('location'), null);
  }
});

test('the fields that the configuration names say who is signed in', async () => {
  const [, list] = shown('traefik.md', 'yaml').match(/authResponseHeaders: \[([^\]]+)\]/);
  const authorization = `Bearer ${member}`;
  const [anybody, administrator] = addresses;
  assert.equal((await forward(administrator, { authorization })).status, 403);
  const given = await run(['user', 'role', 'ada@example.com', '--add', 'admin', '--data', server.data]);
  assert.equal(given.code, 0, given.stderr);
  for (const address of [anybody, administrator]) {
    const answer = await forward(address, { authorization });
    assert.equal(answer.status, 200);
    const told = Object.fromEntries(list.split(', ').map((name) => [name, answer.headers.get(name)]));
    assert.deepEqual({ ...told, 'Remote-Groups': undefined },
      { 'Remote-User': user.id, 'Remote-Email': '', 'Remote-Groups': undefined });
  }
  assert.equal((await forward(administrator, { authorization })).headers.get('Remote-Groups'), 'admin');
});

/// Whether the first router's rule takes a path of the site's host.
function isPassedOn(path) {
  const [, rule] = shown('traefik.md', 'yaml').match(/rule: >-\n([\s\S]*?)\n\s*priority: 100/);
  const [, host, paths] = rule.replaceAll(/\s+/g, ' ').trim().match(/^Host\(`([^`]+)`\) && \((.*)\)$/);
  assert.equal(host, 'example.com');
  return paths.split(' || ').some((matcher) => {
    const [, name, value] = matcher.match(/^(Path|PathPrefix)\(`([^`]+)`\)$/);
    return name === 'Path' ? path === value : path.startsWith(value);
  });
}

test('our own pages need no session', () => {
  const { paths } = JSON.parse(readSource('docs/openapi.json'));
  const ours = Object.keys(paths).filter((path) => /^\/(auth|oauth|unsubscribe|\.well-known)\//.test(path));
  for (const path of [...hostedPaths(), ...ours, '/assets/style.css']) assert.ok(isPassedOn(path), path);
  for (const path of ['/', '/reports', '/login/', '/accounts', '/admin/', '/unsubscribed']) assert.ok(!isPassedOn(path), path);
});
