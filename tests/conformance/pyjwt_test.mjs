// PyJWT accepts our tokens by our key set. It is installed from its registry into the build folder, once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { outputFolder, sourceFolder, startServer } from '../support/server.mjs';
import { skipTest } from '../support/skip.mjs';

const environment = join(outputFolder, 'pyjwt');
const python = join(environment, 'bin/python');
const packages = ['PyJWT==2.10.1', 'cryptography==44.0.3'];

function install() {
  const isInstalled = () => existsSync(python) && spawnSync(python, ['-c', 'import jwt, cryptography']).status === 0;
  if (isInstalled()) return;
  for (const command of [
    ['python3', '-m', 'venv', '--clear', environment],
    [python, '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--only-binary=:all:', ...packages],
  ]) {
    const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    if (result.error || result.status !== 0) skipTest(`PyJWT cannot be installed: ${result.error ?? result.stderr}`);
  }
}

install();

for (const algorithm of ['EdDSA', 'ES256', 'RS256']) {
  test(`PyJWT verifies a token signed with ${algorithm}`, async () => {
    const server = await startServer({ settings: { VOYAGES_SIGNING_ALGORITHM: algorithm } });
    const user = await server.register('ada@example.com');
    const { access_token: token } = await server.login('ada@example.com');
    const check = (text) => spawnSync(python,
      [join(sourceFolder, 'tests/conformance/pyjwt_check.py'), `${server.url}/.well-known/jwks.json`, server.url],
      { input: text, encoding: 'utf8' });

    const good = check(token);
    assert.equal(good.status, 0, good.stderr);
    assert.equal(JSON.parse(good.stdout).sub, user.id);
    assert.match(check(token.slice(0, -10) + 'AAAAAAAAAA').stderr, /InvalidSignatureError/);
    await server.stop();
  });
}
