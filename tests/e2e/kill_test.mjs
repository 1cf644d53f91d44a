// Killed at random under load, fifty times: what was acknowledged is there, and the database is sound.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { makeRandom } from '../support/random.mjs';
import { freePort, goodPassword, run, startServer } from '../support/server.mjs';

const rounds = 50;
const clientCount = 8;

/// Somebody who registers others and refreshes its own session, and remembers what the server acknowledged.
class Client {
  registered = [];
  refreshes = 0;
  #made = 0;

  constructor(number) {
    this.number = number;
    this.random = makeRandom(number + 1);
  }

  async begin(server) {
    this.email = `client${this.number}@example.com`;
    await server.register(this.email);
    this.registered.push(this.email);
    this.refreshToken = (await server.login(this.email)).refresh_token;
  }

  async register(server) {
    const email = `user${this.number}-${this.#made++}@example.com`;
    const { status, text } = await server.post('/auth/register', { email, password: goodPassword });
    assert.equal(status, 201, text);
    this.registered.push(email);
  }

  async refresh(server) {
    const { status, text, body } = await server.post('/auth/refresh', { refresh_token: this.refreshToken });
    assert.equal(status, 200, text);
    this.refreshToken = body.refresh_token;
    ++this.refreshes;
  }

  /// Until the server is gone.
  async work(server) {
    for (;;) {
      try {
        await (this.random() < 0.3 ? this.register(server) : this.refresh(server));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // the connection broke: nothing was acknowledged
      }
    }
  }
}

test('every acknowledged write survives a kill', async () => {
  const random = makeRandom(2026);
  const port = await freePort();
  // What a kill left unacknowledged may have been done all the same: then the old token is used a second time.
  const settings = { VOYAGES_REFRESH_GRACE: '5m' };
  let server = await startServer({ port, settings });
  const { data } = server;
  const clients = Array.from({ length: clientCount }, (_, number) => new Client(number));
  for (const client of clients) await client.begin(server);

  for (let round = 0; round < rounds; ++round) {
    const work = clients.map((client) => client.work(server));
    await sleep(20 + random() * 300);
    assert.equal((await server.stop('SIGKILL')).signal, 'SIGKILL');
    await Promise.all(work);
    server = await startServer({ data, port, settings });
    await Promise.all(clients.map((client) => client.refresh(server)));
    const { registered } = clients[round % clientCount];
    await server.login(registered.at(-1));
  }

  const doctor = await run(['doctor', '--data', data], { settings: { VOYAGES_LISTEN: `localhost:${port}` } });
  assert.equal(doctor.code, 0, doctor.stdout);
  const list = (await run(['user', 'list', '--data', data])).stdout;
  const known = new Set(list.split('\n').map((line) => line.split(/ +/)[1]));
  const acknowledged = clients.flatMap((client) => client.registered);
  assert.deepEqual(acknowledged.filter((email) => !known.has(email)), []);
  const refreshes = clients.reduce((sum, client) => sum + client.refreshes, 0);
  console.log(`${acknowledged.length} registrations and ${refreshes} refreshes were acknowledged in ${rounds} lives`);
  assert.ok(acknowledged.length > rounds && refreshes > 10 * rounds, 'too little happened to prove anything');
  assert.equal((await server.stop()).code, 0);
});
