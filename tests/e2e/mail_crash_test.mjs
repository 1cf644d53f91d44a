// Ten thousand mails are queued and sent while the process is killed ten times: each arrives, and none arrives twice but
// in the one window that deliver.h documents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { fakeClock } from '../support/faketime.mjs';
import { makeRandom } from '../support/random.mjs';
import { freePort, goodPassword, run, startServer, temporaryFolder, waitFor } from '../support/server.mjs';
import { startSmtpSink } from '../support/smtp_sink.mjs';

const mailCount = 10_000;
const clientCount = 8;
const kills = 10;

const port = await freePort();
const data = `${temporaryFolder()}/data`;
const sink = await startSmtpSink();
const settings = {
  VOYAGES_SMTP_URL: sink.url, VOYAGES_MAIL_CALLER_LIMIT: '0', VOYAGES_MAIL_RECIPIENT_LIMIT: '0', VOYAGES_LOG_LEVEL: 'warn',
};
let server;
let token;

async function begin() {
  const add = ['user', 'add', 'owner@example.com', '--role', 'owner', '--password-stdin', '--data', data];
  assert.equal((await run(add, { input: goodPassword })).code, 0);
  server = await startServer({ data, port, settings });
  token = (await server.login('owner@example.com')).access_token;
}

/// Queues every eighth mail, over one connection: what has no answer is asked again with the same key.
async function queueMails(client, accepted) {
  for (let number = client; number < mailCount; number += clientCount) {
    const mail = {
      to: `reader${number}@example.com`, template: 'announcement', idempotency_key: `mail ${number}`,
      params: { title: `News ${number}`, body: 'It is here.' },
    };
    while (accepted[number] === undefined) {
      const answer = await server.post('/emails', mail, { token }).catch(() => undefined);
      if (answer === undefined) {
        await sleep(20); // killed this moment
      } else {
        // Of a stopping server 503 may come; it has queued nothing, or all.
        assert.ok([202, 503].includes(answer.status), answer.text);
        if (answer.status === 202) accepted[number] = answer.body.id;
      }
    }
  }
}

async function killOften(random) {
  for (let i = 0; i < kills; ++i) {
    await sleep(300 + random() * 2500);
    assert.equal((await server.stop('SIGKILL')).signal, 'SIGKILL');
    server = await startServer({ data, port, settings });
  }
}

/// Until nothing has arrived for some time.
async function drain() {
  for (let before = -1; before !== sink.total(); await sleep(2500)) before = sink.total();
}

test('every accepted mail arrives through ten kills, and twice only in the documented window', async () => {
  await begin();
  const accepted = new Array(mailCount);
  const started = Date.now();
  const clients = Array.from({ length: clientCount }, (_, client) => queueMails(client, accepted));
  await Promise.all([killOften(makeRandom(2026)), ...clients]);
  const queued_s = (Date.now() - started) / 1000;
  await drain();

  // Those whose process died between writing them down and queueing them are looked for two minutes later.
  const lost = mailCount - sink.counts.size;
  assert.equal((await server.stop()).code, 0);
  server = await startServer({ data, port, settings: { ...settings, ...fakeClock({ FAKETIME: '+3m' }) } });
  await waitFor('the last mails', () => sink.counts.size >= mailCount, 60_000).catch(() => {});
  await drain();

  const missing = accepted.filter((id) => !sink.counts.has(`${id}@localhost`)).slice(0, 10);
  assert.deepEqual(missing, []);
  assert.equal(new Set(accepted).size, mailCount);
  assert.equal(sink.counts.size, mailCount, 'mails arrived that nobody was told of');
  const twice = [...sink.counts].filter(([, count]) => count > 1).map(([messageId]) => messageId.split('@')[0]);
  for (const id of twice) {
    const { body } = await server.get(`/emails/${id}`, { token });
    const resumed = body.events.filter(({ event }) => event === 'resumed').length;
    assert.ok(sink.counts.get(`${id}@localhost`) <= 1 + resumed, JSON.stringify(body));
    assert.equal(body.status, 'SENT');
  }
  const unfinished = [];
  for (const status of ['QUEUED', 'SENDING', 'RETRYING', 'FAILED']) {
    unfinished.push(...(await server.get(`/emails?status=${status}`, { token })).body.items);
  }
  assert.deepEqual(unfinished, []);
  const duplicates = sink.total() - mailCount;
  console.log(`${mailCount} mails, ${duplicates} duplicates within the window (${kills} kills, ${lost} found again by ` +
    `the janitor, queued in ${queued_s.toFixed(0)} s)`);
  assert.equal((await server.stop()).code, 0);
});
