// The Lambda runtime under AWS's Runtime Interface Emulator.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startEmulator } from '../support/emulator.mjs';
import { urlEvent } from '../support/lambda_events.mjs';
import { probe, startFunction } from '../support/lambda_probe.mjs';

const start = (settings = {}) => startEmulator(probe,
  { AWS_LAMBDA_FUNCTION_TIMEOUT: '10', AWS_LAMBDA_LOG_LEVEL: 'DEBUG', ...settings }, { logLevel: 'debug' });

test('it answers requests and survives errors', async () => {
  const running = await start();
  const answer = JSON.parse((await running.invoke(urlEvent('GET', '/a%20b?c=d'))).bytes);
  assert.equal(answer.statusCode, 200);
  assert.match(answer.body, /^GET \/a%20b\?c=d\n/);
  const refused = JSON.parse((await running.invoke('{"password":"top secret"}')).bytes);
  assert.equal(refused.errorType, 'Runtime.UnknownEvent');
  assert.equal(JSON.parse((await running.invoke(urlEvent('GET', '/large'))).bytes).statusCode, 413);
  const again = JSON.parse((await running.invoke(urlEvent('GET', '/again'))).bytes);
  assert.match(again.body, /^GET \/again\n/);
  running.child.kill('SIGTERM');
  await running.ended;
  assert.doesNotMatch(running.output, /top secret/);
  assert.match(running.output, /"ColdStart":1/);
  // It is told before it is killed, because it registered as an extension.
  assert.match(running.output, /"message":"stopping: Lambda ends this environment"/);
});

test('it streams', async () => {
  const running = await start({ PROBE_STREAMS: '1' });
  const { bytes } = await running.invoke(urlEvent('GET', '/stream'));
  const end = bytes.indexOf(Buffer.alloc(8));
  assert.equal(JSON.parse(bytes.subarray(0, end)).statusCode, 200);
  assert.equal(bytes.subarray(end + 8).toString(), 'piece 1\npiece 2\npiece 3\n');
  const again = await running.invoke(urlEvent('GET', '/again'));
  assert.match(again.bytes.toString(), /GET \/again\n/);
  running.child.kill('SIGTERM');
  await running.ended;
});

test('it reports why it cannot start', async () => {
  const running = await start({ PROBE_FAILS: '1' });
  const { bytes } = await running.invoke(urlEvent('GET', '/'));
  assert.match(bytes.toString(), /PROBE_FAILS is set: unset it\./);
  running.child.kill('SIGTERM');
  await running.ended;
});
