// The static program for arm64, run by an emulator of that processor: it starts, signs people in, and stops.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { skipCode, skipTest } from '../support/skip.mjs';

// scripts/release says which preset a release is made with.
const program = process.env.VOYAGES_ARM64_PROGRAM ?? 
  fileURLToPath(new URL('../../build/release-arm64/voyages', import.meta.url));
const emulator = process.env.VOYAGES_ARM64_EMULATOR ?? 'qemu-aarch64-static';
if (!existsSync(program)) {
  if (process.env.VOYAGES_ARM64_PROGRAM) skipTest(`there is no ${program}`);
  // Minutes of cross compiling, which nobody asked for here.
  console.error(`SKIPPED: ${program} is not built: scripts/release --only arm64`);
  process.exit(skipCode);
}

process.env.VOYAGES_BINARY = program;
const { run, startServer } = await import('../support/server.mjs');

const emulated = (options = {}) => ({ launcher: [emulator], ...options });

test('it says its version', async () => {
  const result = await run(['--version'], emulated());
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^voyages \d+\.\d+\.\d+\n$/);
});

test('it serves, registers, signs in and stops when told', async () => {
  const server = await startServer(emulated());
  assert.equal((await server.get('/health/live')).status, 200);
  const user = await server.register('ada@example.com');
  const { access_token: token } = await server.login('ada@example.com');
  const me = await server.get('/auth/me', { token });
  assert.equal(me.status, 200);
  assert.equal(me.body.id ?? me.body.user.id, user.id);
  assert.equal((await server.post('/auth/login', { email: 'ada@example.com', password: 'wrong horse battery staple' })).status, 401);
  assert.equal((await server.stop()).code, 0);
});
