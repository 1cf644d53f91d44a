// A clock that jumps, by libfaketime: the server keeps answering, and a token is good or refused, never an error.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { fakeClock } from '../support/faketime.mjs';
import { startServer, temporaryFolder } from '../support/server.mjs';

const file = join(temporaryFolder(), 'clock');

async function setClock(offset) {
  writeFileSync(`${file}.new`, `${offset}\n`);
  renameSync(`${file}.new`, file); // never read half written
  await sleep(50);
}

const settings = fakeClock({ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' });

test('a clock that jumps stops nobody for good', async () => {
  await setClock('+0');
  const server = await startServer({ settings });
  const now = async () => Date.parse((await server.get('/health/live')).headers.get('date'));
  await server.register('ada@example.com');
  const { access_token: token, refresh_token } = await server.login('ada@example.com');
  assert.equal((await server.get('/auth/me', { token })).status, 200);

  await setClock('-1h');
  await sleep(1100); // the Date field is made once a second
  assert.ok(await now() < Date.now() - 3_500_000, 'the clock of the server did not jump');
  // The token is of the future now: refused with its reason, or taken, as the clock allows.
  const early = await server.get('/auth/me', { token });
  assert.ok([200, 401].includes(early.status), early.text);
  assert.equal((await server.get('/health/ready')).status, 200);
  const past = await server.login('ada@example.com');
  assert.equal((await server.get('/auth/me', { token: past.access_token })).status, 200);
  const sessions = (await server.get('/auth/sessions', { token: past.access_token })).body;
  for (const session of sessions.items ?? sessions.sessions) {
    assert.ok(Date.parse(session.created_at) <= Date.parse(session.last_seen_at), JSON.stringify(session));
  }
  const refreshed = await server.post('/auth/refresh', { refresh_token });
  assert.equal(refreshed.status, 200, refreshed.text);
  assert.equal((await server.get('/auth/me', { token: refreshed.body.access_token })).status, 200);
  for (let i = 0; i < 3; ++i) await server.post('/auth/login', { email: 'ada@example.com', password: 'wrong' });

  await setClock('+1h');
  const late = await server.get('/auth/me', { token });
  assert.equal(late.status, 401, 'a token of 15 minutes outlived an hour');
  assert.equal((await server.get('/auth/me', { token: past.access_token })).status, 401);
  assert.equal((await server.get('/health/ready')).status, 200);
  const again = await server.post('/auth/refresh', { refresh_token: refreshed.body.refresh_token });
  assert.equal(again.status, 200, again.text);
  assert.equal((await server.get('/auth/me', { token: again.body.access_token })).status, 200);
  await server.register('grace@example.com');
  const health = (await server.get('/health')).body;
  assert.ok(health.uptime_s >= 0 && health.uptime_s < 60, JSON.stringify(health));

  await setClock('+0');
  const user = await server.login('grace@example.com');
  assert.equal((await server.get('/auth/me', { token: user.access_token })).status, 200);

  const { code, log } = { ...(await server.stop()), log: server.log };
  assert.equal(code, 0);
  for (const line of log) {
    assert.ok((line.duration_ms ?? 0) >= 0, JSON.stringify(line));
    assert.notEqual(line.level, 'error', JSON.stringify(line));
  }
});
