// Python's Authlib as a client: discovery, code and PKCE, ID token, userinfo, refresh, introspection, revocation.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { authlibPython, installAuthlib } from '../support/authlib.mjs';
import { sourceFolder, startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { Visitor } from '../support/visitor.mjs';

installAuthlib();

test('Authlib signs a visitor in, and uses and ends its tokens', async () => {
  const server = await startServer();
  const user = await server.register('ada@example.com');
  const ada = await new Visitor(server).signIn('ada@example.com');
  const redirect_uri = 'http://localhost:3000/callback';
  const { CLIENT_ID, CLIENT_SECRET } = await addClient(server, 'Site', ['--first-party', '--redirect-uri', redirect_uri]);
  const check = spawnSync(authlibPython, [join(sourceFolder, 'tests/conformance/authlib_check.py'),
    server.url, CLIENT_ID, CLIENT_SECRET, redirect_uri, ada.cookie], { encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);
  assert.deepEqual(JSON.parse(check.stdout), {
    sub: user.id, email: 'ada@example.com', userinfo_sub: user.id, rotated: true, active: true, ended: { active: false },
  });
  await server.stop();
});
