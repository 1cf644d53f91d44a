// The Lambda runtime as a process of its own, under an API that this test plays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { queueEvent, urlEvent } from '../support/lambda_events.mjs';
import { logLines, probe, startFunction } from '../support/lambda_probe.mjs';
import { RuntimeApi } from '../support/runtime_api.mjs';
import { waitFor } from '../support/server.mjs';

let api;
const startProbe = (settings = {}) => startFunction(probe, [], { AWS_LAMBDA_RUNTIME_API: api.address, ...settings });

before(async () => { api = await new RuntimeApi().start(); });
after(() => api.stop());

test('it answers requests, keeps running after errors, and ends by SIGTERM while it waits', async () => {
  const running = startProbe();
  const answer = await api.invoke(urlEvent('POST', '/caf%C3%A9/a%2Fb?a=1&a=2', { body: Buffer.from([0, 255]), cookies: ['x=1', 'y=2'] }));
  assert.equal(answer.kind, 'response');
  const { statusCode, headers, cookies, body, isBase64Encoded } = JSON.parse(answer.body);
  assert.equal(statusCode, 200);
  assert.deepEqual(headers, { 'Content-Type': 'text/plain' });
  assert.deepEqual(cookies, ['a=1', 'b=2']);
  assert.equal(isBase64Encoded, false);
  assert.match(body, /^POST \/caf%C3%A9\/a%2Fb\?a=1&a=2\n/);
  assert.match(body, /\nCookie: x=1; y=2\n/);
  assert.match(body, /\n\n00ff$/);

  const refused = await api.invoke('{"password":"top secret"}');
  assert.equal(refused.kind, 'error');
  assert.equal(refused.headers['lambda-runtime-function-error-type'], 'Runtime.UnknownEvent');
  const failed = await api.invoke({ source: 'voyages.schedule' });
  assert.equal(failed.kind, 'error');
  assert.deepEqual(JSON.parse(failed.body).stackTrace, []);

  const bytes = JSON.parse((await api.invoke(urlEvent('GET', '/bytes'))).body);
  assert.deepEqual([bytes.isBase64Encoded, bytes.body], [true, 'H4sA/w==']);
  assert.equal(JSON.parse((await api.invoke(urlEvent('GET', '/large'))).body).statusCode, 413);
  assert.match(JSON.parse((await api.invoke(urlEvent('GET', '/stream'))).body).body, /piece 3/);

  const batch = await api.invoke(queueEvent(['a', 'fail'].map((kind) => ({
    MessageId: `id-${kind}`, Body: '{}', MessageAttributes: { kind: { StringValue: kind, DataType: 'String' } } }))));
  assert.deepEqual(JSON.parse(batch.body), { batchItemFailures: [{ itemIdentifier: 'id-fail' }] });

  await waitFor('the next question', () => api.waiting);
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ended, [0, null]);
  assert.deepEqual(api.extensions, [{ name: 'voyages-shutdown', events: [] }]);
  assert.doesNotMatch(running.output, /secret/);
  const log = logLines(running.output);
  assert.ok(log.some((line) => line.message === 'stopping: Lambda ends this environment' && line.level === 'INFO'));
  const figures = log.filter((line) => line._aws);
  assert.equal(figures.length, 7);
  assert.equal(figures.filter((line) => line.ColdStart === 1).length, 1);
  assert.equal(figures[0].Requests2xx, 1);
});

test('it streams, and tells in trailers that the rest is missing', async () => {
  const running = startProbe({ PROBE_STREAMS: '1' });
  for (const [path, isWhole] of [['/stream', true], ['/stream/broken', false], ['/', true], ['/large', true]]) {
    const { kind, headers, trailers, body } = await api.invoke(urlEvent('GET', path));
    assert.equal(kind, 'response');
    assert.equal(headers['content-type'], 'application/vnd.awslambda.http-integration-response');
    assert.equal(headers['transfer-encoding'], 'chunked');
    const end = body.indexOf(Buffer.alloc(8));
    const prelude = JSON.parse(body.subarray(0, end));
    assert.deepEqual(prelude, { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, cookies: ['a=1', 'b=2'] });
    if (path.startsWith('/stream')) assert.equal(body.subarray(end + 8).toString(), 'piece 1\npiece 2\npiece 3\n');
    assert.equal(trailers['lambda-runtime-function-error-type'], isWhole ? undefined : 'Function.BodyFailed');
    if (!isWhole) {
      const error = JSON.parse(Buffer.from(trailers['lambda-runtime-function-error-body'], 'base64'));
      assert.equal(error.errorType, 'Function.BodyFailed');
    }
  }
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ended, [0, null]);
});

test('it reports why it cannot start', async () => {
  const running = startProbe({ PROBE_FAILS: '1' });
  assert.deepEqual(await running.ended, [1, null]);
  assert.equal(api.initError.type, 'Function.InitFailed');
  assert.equal(api.initError.errorMessage, 'PROBE_FAILS is set: unset it.');
  assert.ok(logLines(running.output).some((line) => line.level === 'ERROR' && line.error === 'PROBE_FAILS is set: unset it.'));
});
