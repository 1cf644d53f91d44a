// A sign-in provider that takes connections and never answers: nobody else waits for it.
import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';

import { lastLines, run, startServer, temporaryFolder, waitFor } from '../support/server.mjs';

const ownPage = { headers: { 'Sec-Fetch-Site': 'same-origin' } };

let server;
let silent;
let answering;

async function listen(listener) {
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  listener.unref();
  return `http://127.0.0.1:${listener.address().port}`;
}

/// A provider that says what it is, and no more.
async function startAnsweringProvider() {
  let url;
  const listener = createHttpServer((request, response) => response.end(JSON.stringify({
    issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks`,
  })));
  url = await listen(listener);
  return { url, close: () => listener.close() };
}

before(async () => {
  const connections = new Set();
  const listener = createServer((socket) => {
    connections.add(socket.on('error', () => {}).on('close', () => { ++silent.given_up; }).resume());
  });
  silent = { url: await listen(listener), connections, given_up: 0 };
  answering = await startAnsweringProvider();
  const data = `${temporaryFolder()}/data`;
  for (const [id, issuer] of [['silent', silent.url], ['answering', answering.url]]) {
    const added = await run(['provider', 'add', id, '--issuer', issuer, '--name', id, '--client-id', 'ours', '--client-secret-stdin',
      '--data', data], { input: 'secret\n' });
    assert.equal(added.code, 0, lastLines(added));
  }
  server = await startServer({ data, settings: { VOYAGES_WORKER_THREADS: '2', VOYAGES_OUTGOING_THREADS: '4' } });
  await server.register('ada@example.com');
});
after(() => {
  silent.connections.forEach((socket) => socket.destroy());
  return server.stop();
});

test('a provider that never answers delays no refresh and no other provider', async () => {
  const { refresh_token } = await server.login('ada@example.com');
  const waiting = Array.from({ length: 6 }, () => server.post('/auth/federation/silent', {}, ownPage));
  await waitFor('the silent provider to be asked', () => silent.connections.size > 0);
  let token = refresh_token;
  for (let i = 0; i < 3; ++i) {
    const refreshed = await server.post('/auth/refresh', { refresh_token: token });
    assert.equal(refreshed.status, 200, refreshed.text);
    token = refreshed.body.refresh_token;
  }
  const other = await server.post('/auth/federation/answering', {}, ownPage);
  assert.equal(other.status, 200, other.text);
  assert.equal(silent.given_up, 0, 'these had to wait until the silent provider was given up');
  for (const answer of await Promise.all(waiting)) {
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.body.code, 'federation_failed');
  }
  assert.equal(silent.connections.size, 1, 'one fetch was enough');
});

test('a provider in a private network is not asked unless the operator allows it, and the log says how', async () => {
  const folder = `${temporaryFolder()}/data`;
  const added = await run(['provider', 'add', 'inside', '--issuer', 'https://169.254.169.254', '--name', 'Inside', '--client-id', 'ours',
    '--client-secret-stdin', '--data', folder], { input: 'secret\n' });
  assert.equal(added.code, 0, lastLines(added));
  const strict = await startServer({ data: folder });
  const answer = await strict.post('/auth/federation/inside', {}, ownPage);
  assert.equal(answer.status, 503, answer.text);
  await strict.stop(); // which writes the log's last lines
  assert.match(strict.stderr, /169\.254\.169\.254 is not of the public internet.*the setting outgoing_allow can allow it/);
});
