// Two servers share a table and a queue. One dies in the middle of its work: the other does it once more when the
// receipts of the dead one run out, and nothing is lost or done twice.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { startAmazon } from '../support/amazon.mjs';
import { goodPassword, run, startServer, waitFor } from '../support/server.mjs';
import { startSmtpSink } from '../support/smtp_sink.mjs';

// How long a message is hidden from other workers, unless its own asks for more time: usual_visibility in store/queue.h.
const visibility_ms = 60_000;
const mailCount = 3;

/// A mail server that takes connections, and says nothing: whoever sends a mail is in the middle of it.
async function startSilentServer() {
  const sockets = new Set();
  const listener = createServer((socket) => { socket.on('error', () => {}); sockets.add(socket); });
  await new Promise((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  listener.unref();
  return {
    url: `smtp+insecure://127.0.0.1:${listener.address().port}`,
    connections: () => sockets.size,
    close: () => { sockets.forEach((socket) => socket.destroy()); listener.close(); },
  };
}

async function countMessages(amazon) {
  const { Attributes } = await amazon.sqs('GetQueueAttributes', {
    QueueUrl: amazon.settings.VOYAGES_SQS_QUEUE_URL,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  return { waiting: Number(Attributes.ApproximateNumberOfMessages), held: Number(Attributes.ApproximateNumberOfMessagesNotVisible) };
}

test('what a killed worker held is done once more by another server when its receipts run out', async () => {
  const amazon = await startAmazon();
  const silent = await startSilentServer();
  const sink = await startSmtpSink();
  // One address for both: its host is in the Message-ID, and the tokens of one are good at the other.
  const settingsWith = (url) => ({
    ...amazon.settings, VOYAGES_PUBLIC_URL: 'http://localhost:8080', VOYAGES_MAIL_TRANSPORT: 'smtp', VOYAGES_SMTP_URL: url,
  });
  const add = ['user', 'add', 'owner@example.com', '--role', 'owner', '--password-stdin'];
  const added = await run(add, { input: goodPassword, settings: amazon.settings });
  assert.equal(added.code, 0, added.stderr);

  const dying = await startServer({ settings: settingsWith(silent.url) });
  const token = (await dying.login('owner@example.com')).access_token;
  const ids = [];
  for (let i = 0; i < mailCount; ++i) {
    const mail = { to: `reader${i}@example.com`, template: 'job_report', params: { job: 'backup', status: 'complete' } };
    const answer = await dying.post('/emails', mail, { token });
    assert.equal(answer.status, 202, answer.text);
    ids.push(answer.body.id);
  }
  await waitFor('the first server to be at every mail', () => silent.connections() >= mailCount);
  const other = await startServer({ settings: settingsWith(sink.url) });
  assert.deepEqual(await countMessages(amazon), { waiting: 0, held: mailCount });
  assert.equal((await dying.stop('SIGKILL')).signal, 'SIGKILL');

  assert.equal(sink.total(), 0, 'a mail was taken from a worker that lived');
  await waitFor('the other server to send every mail', () => sink.counts.size === mailCount, visibility_ms + 30_000);
  await waitFor('the queue to be empty', async () => {
    const { waiting, held } = await countMessages(amazon);
    return waiting + held === 0;
  });
  for (const id of ids) {
    assert.equal(sink.counts.get(`${id}@localhost`), 1);
    const { body } = await other.get(`/emails/${id}`, { token });
    assert.equal(body.status, 'SENT', JSON.stringify(body));
    assert.equal(body.attempts, 2, JSON.stringify(body));
    assert.equal(body.events.filter(({ event }) => event === 'resumed').length, 1, JSON.stringify(body));
  }
  assert.equal(sink.total(), mailCount);
  assert.deepEqual((await other.get('/admin/dead-letters', { token })).body.items, []);
  assert.equal((await other.stop()).code, 0);
  silent.close();
  sink.close();
  await amazon.stop();
});
