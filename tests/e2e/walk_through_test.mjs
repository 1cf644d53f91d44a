// The README's first five minutes, executed: its blocks run in order, in one shell, against a fresh server.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { binary, readSource, startServer, temporaryFolder } from '../support/server.mjs';

function walkThrough() {
  const steps = readSource('README.md').matchAll(/<!-- walk-through: ([\w-]+) -->\n```sh\n([\s\S]*?)```/g);
  return [...steps].map(([, name, commands]) => ({ name, commands }));
}

/// A curl that fails where the real one would print an error as if all was well, and writes down each status.
function writeCurl(folder, journal) {
  const real = spawnSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim();
  const file = join(folder, 'curl');
  writeFileSync(file, `#!/bin/sh\nexec 3>>'${journal}'\n` +
    `exec '${real}' --fail-with-body --write-out '%{stderr}%{http_code}\\n' "$@" 2>&3\n`);
  chmodSync(file, 0o755);
}

test('the walk-through of README.md works as it is printed', async () => {
  const home = temporaryFolder();
  const journal = join(home, 'journal');
  writeFileSync(journal, '');
  writeCurl(home, journal);
  const server = await startServer({ data: join(home, 'data') });
  const steps = walkThrough();
  const script = ['set -euo pipefail', ...steps.map(({ name, commands }) =>
    `echo '${name}' >> '${journal}'\n${commands.replaceAll('http://localhost:8080', server.url).replaceAll('build/release/voyages', binary)}`)].join('\n');

  const shell = spawnSync('bash', ['-c', script], {
    cwd: home, encoding: 'utf8', env: { HOME: home, PATH: `${home}:${process.env.PATH}` },
  });

  const happened = readFileSync(journal, 'utf8').trim().split('\n');
  assert.equal(shell.status, 0, `${shell.stdout}\n${shell.stderr}\n${happened.join(' ')}`);
  assert.deepEqual(happened, [
    'client', 'register', '201', 'login', '200', 'me', '200', 'refresh', '200', 'reset', '202', '204', 'logout', '200', '204',
  ]);
  assert.match(shell.stdout, /^client_id=\S+$/m);
  assert.match(shell.stdout, /^client_secret=\S+$/m);
  assert.match(shell.stdout, /"email":"ada@example.com"/);
  assert.equal((await server.get('/auth/me')).status, 401);
  assert.equal((await server.stop()).code, 0);
});
