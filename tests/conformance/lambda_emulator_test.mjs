// The Lambda runtime under AWS's Runtime Interface Emulator.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { probe, startFunction } from '../support/lambda_probe.mjs';
import { findEmulator } from '../support/rie.mjs';
import { urlEvent } from '../support/runtime_api.mjs';
import { freePort, waitFor } from '../support/server.mjs';

const emulator = findEmulator();

async function startEmulator(settings = {}) {
  const [port, apiPort] = [await freePort(), await freePort()];
  const running = startFunction(emulator, ['--log-level', 'debug', '--runtime-interface-emulator-address', `127.0.0.1:${port}`,
    '--runtime-api-address', `127.0.0.1:${apiPort}`, probe], { AWS_LAMBDA_FUNCTION_TIMEOUT: '10', AWS_LAMBDA_LOG_LEVEL: 'DEBUG', ...settings });
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
  running.invoke = async (event) => {
    const response = await fetch(url, { method: 'POST', body: typeof event === 'string' ? event : JSON.stringify(event) });
    return { status: response.status, text: Buffer.from(await response.arrayBuffer()) };
  };
  await waitFor('the emulator', () => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false));
  return running;
}

test('it answers requests and survives errors', async () => {
  const running = await startEmulator();
  const answer = JSON.parse((await running.invoke(urlEvent('GET', '/a%20b', { query: 'c=d' }))).text);
  assert.equal(answer.statusCode, 200);
  assert.match(answer.body, /^GET \/a%20b\?c=d\n/);
  const refused = JSON.parse((await running.invoke('{"password":"top secret"}')).text);
  assert.equal(refused.errorType, 'Runtime.UnknownEvent');
  assert.equal(JSON.parse((await running.invoke(urlEvent('GET', '/large'))).text).statusCode, 413);
  const again = JSON.parse((await running.invoke(urlEvent('GET', '/again'))).text);
  assert.match(again.body, /^GET \/again\n/);
  running.child.kill('SIGTERM');
  await running.ended;
  assert.doesNotMatch(running.output, /top secret/);
  assert.match(running.output, /"ColdStart":1/);
  // It is told before it is killed, because it registered as an extension.
  assert.match(running.output, /"message":"stopping: Lambda ends this environment"/);
});

test('it streams', async () => {
  const running = await startEmulator({ PROBE_STREAMS: '1' });
  const { text } = await running.invoke(urlEvent('GET', '/stream'));
  const end = text.indexOf(Buffer.alloc(8));
  assert.equal(JSON.parse(text.subarray(0, end)).statusCode, 200);
  assert.equal(text.subarray(end + 8).toString(), 'piece 1\npiece 2\npiece 3\n');
  const again = await running.invoke(urlEvent('GET', '/again'));
  assert.match(again.text.toString(), /GET \/again\n/);
  running.child.kill('SIGTERM');
  await running.ended;
});

test('it reports why it cannot start', async () => {
  const running = await startEmulator({ PROBE_FAILS: '1' });
  const { text } = await running.invoke(urlEvent('GET', '/'));
  assert.match(text.toString(), /PROBE_FAILS is set: unset it\./);
  running.child.kill('SIGTERM');
  await running.ended;
});
