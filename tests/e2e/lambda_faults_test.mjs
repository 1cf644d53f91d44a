// The program as a Lambda function in trouble: what it refuses to start with, a table that fails in every way, a wrong
// clock, and its end. Lambda's side is played here, so that nothing is between the function and what it posts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startDynamodbLocal } from '../support/dynamodb_local.mjs';
import { errorAnswer, FaultProxy } from '../support/fault_proxy.mjs';
import { notificationEvent, queueEvent, scheduleEvent, urlEvent } from '../support/lambda_events.mjs';
import { logLines, startFunction } from '../support/lambda_probe.mjs';
import { RuntimeApi } from '../support/runtime_api.mjs';
import { binary, goodPassword, run, waitFor } from '../support/server.mjs';
import { callDynamodb } from '../support/unsigned.mjs';

const ada = { email: 'ada@example.com', password: goodPassword };
const secretKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
let dynamodb;
let proxy;
let emptyBucket;
let settings;

const started = new Set();

/// The program under a Runtime API of its own.
class Voyages {
  async start(change = {}) {
    this.api = await new RuntimeApi().start();
    this.running = startFunction(binary, [], { AWS_LAMBDA_RUNTIME_API: this.api.address, ...settings, ...change });
    started.add(this);
    return this;
  }

  async stop() {
    started.delete(this);
    this.running.child.kill('SIGTERM');
    const end = await this.running.ended;
    await this.api.stop();
    return end;
  }

  async invoke(event, options) {
    const died = this.running.ended.then(() => { throw new Error(`the function ended:\n${this.running.output}`); });
    return Promise.race([this.api.invoke(event, options), died]);
  }

  /// {status, headers, body}, where a body of JSON is parsed.
  async call(method, path, body, token) {
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) };
    const answer = JSON.parse((await this.invoke(urlEvent(method, path, { headers, body: body && JSON.stringify(body) }))).body);
    const received = new Headers(answer.headers);
    const isJson = received.get('content-type')?.includes('json');
    return { status: answer.statusCode, headers: received, body: isJson ? JSON.parse(answer.body) : answer.body };
  }

  async login() {
    const { status, body } = await this.call('POST', '/auth/login', ada);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  /// The lines that this work wrote, but for metrics and the line that each request has.
  async linesOf(work) {
    const from = this.running.output.length;
    await work();
    return logLines(this.running.output.slice(from)).filter((line) => !line._aws && line.message !== 'request');
  }
}

before(async () => {
  dynamodb = await startDynamodbLocal();
  proxy = await new FaultProxy().start(dynamodb.endpoint);
  emptyBucket = await new FaultProxy().start(dynamodb.endpoint);
  emptyBucket.fault = { status: 200, headers: {}, body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' };
  settings = {
    ...dynamodb.settings, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint, AWS_ENDPOINT_URL_S3: emptyBucket.endpoint,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9', // nobody is there
    VOYAGES_TABLE: 'dynamodb', VOYAGES_SQS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/voyages',
    VOYAGES_S3_BUCKET: 'voyages-blobs', VOYAGES_MAIL_TRANSPORT: 'ses', VOYAGES_MASTER_KEY: secretKey,
    VOYAGES_PUBLIC_URL: 'https://id.example.com', VOYAGES_PASSWORD_MEMORY: '8192', VOYAGES_PASSWORD_PASSES: '1',
    VOYAGES_SIGN_UP_LIMIT: '0',
  };
  for (const args of [['table', 'create'], ['user', 'add', ada.email, '--password-stdin']]) {
    const { code, stderr } = await run(args, { settings, input: ada.password });
    assert.equal(code, 0, stderr);
  }
  await callDynamodb(dynamodb.endpoint, 'CreateTable', {
    TableName: 'strange', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  });
});

after(async () => {
  await Promise.all([...started].map((voyages) => voyages.stop())); // what failed tests left behind
  await proxy.stop();
  await emptyBucket.stop();
  await dynamodb.stop();
});

const throttled = errorAnswer(400, 'ProvisionedThroughputExceededException', 'The level of configured throughput was exceeded.');
const broken = errorAnswer(500, 'InternalServerError', 'It broke.');
const expired = errorAnswer(400, 'ExpiredTokenException', 'The security token included in the request is expired');
const denied = errorAnswer(400, 'AccessDeniedException', 'User: x is not authorized to perform: dynamodb:GetItem');

describe('it does not start, and says why, when', () => {
  const noDisk = /no disk that lasts, so VOYAGES_TABLE=dynamodb, \w+_QUEUE_URL, \w+_BUCKET and VOYAGES_MAIL_TRANSPORT=ses are needed/;
  for (const [name, reason, change, fault] of [
    ['its table is SQLite', noDisk, { VOYAGES_TABLE: 'sqlite' }],
    ['it has no queue', noDisk, { VOYAGES_SQS_QUEUE_URL: '' }],
    ['it has no bucket', noDisk, { VOYAGES_S3_BUCKET: '' }],
    ['mail does not leave by SES', noDisk, { VOYAGES_MAIL_TRANSPORT: 'smtp' }],
    ['it has no master key', /needs VOYAGES_MASTER_KEY/, { VOYAGES_MASTER_KEY: '' }],
    ['its master key is none', /VOYAGES_MASTER_KEY\) is not valid\. It must be 43 characters/,
      { VOYAGES_MASTER_KEY: `${secretKey}-hunter2` }],
    ['its master key is not the one of this table', /do not open with this master key: set VOYAGES_MASTER_KEY/,
      { VOYAGES_MASTER_KEY: 'BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' }],
    ['a setting is malformed', /VOYAGES_ACCESS_TOKEN_TTL\) is "soon", which is not valid\. It must be a duration/,
      { VOYAGES_ACCESS_TOKEN_TTL: 'soon' }],
    ['a secret setting is malformed', /VOYAGES_SMTP_URL\) is not valid\. It must be like smtp:/,
      { VOYAGES_SMTP_URL: 'smtp://user:hunter2@' }],
    ['there is no such setting', /VOYAGES_NONSENSE: there is no such setting/, { VOYAGES_NONSENSE: 'hunter2' }],
    ['no region is set', /no AWS region is set: set AWS_REGION/, { AWS_REGION: '' }],
    ['an endpoint is malformed', /AWS_ENDPOINT_URL_DYNAMODB must be the address of a server/, { AWS_ENDPOINT_URL_DYNAMODB: 'here' }],
    ['it has no credentials', /there are no AWS credentials: set AWS_ACCESS_KEY_ID/,
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' }],
    ['there is no table', /there is no DynamoDB table missing in eu-central-1; docs\/deploy\.md says how it is made/,
      { VOYAGES_DYNAMODB_TABLE: 'missing' }],
    ['the table has other keys', /the DynamoDB table strange has other keys or indexes than ours/, { VOYAGES_DYNAMODB_TABLE: 'strange' }],
    ['the table throttles', /ProvisionedThroughputExceededException: The level .* \(3 of 3 tries\)/, {}, throttled],
    ['the table cannot be reached', /cannot connect: Connection refused \(3 of 3 tries\)/,
      { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }],
  ]) {
    test(name, { timeout: 30_000 }, async () => {
      const voyages = await new Voyages().start(change);
      const { api, running } = voyages;
      const [code] = await proxy.during(fault ?? null, () => running.ended);
      await voyages.stop();
      assert.equal(code, 1, running.output);
      const lines = logLines(running.output);
      assert.equal(lines.length, 1, running.output);
      assert.deepEqual([lines[0].level, lines[0].message, lines[0].cold_start], ['ERROR', 'the function could not start', true]);
      assert.match(lines[0].error, reason);
      const type = 'Function.InitFailed';
      assert.deepEqual(api.initError, { type, errorType: type, errorMessage: lines[0].error, stackTrace: [] });
      assert.equal(api.asked, 0);
      for (const secret of [secretKey, 'hunter2', settings.AWS_SECRET_ACCESS_KEY]) assert.ok(!running.output.includes(secret));
    });
  }
});

describe('a table that fails', () => {
  let voyages;
  let token;

  before(async () => {
    voyages = await new Voyages().start();
    ({ access_token: token } = await voyages.login());
  });
  after(() => voyages.stop());

  for (const [name, status, reason, fault] of [
    ['throttles', 503, /ProvisionedThroughputExceededException: The level .* \(3 of 3 tries\)/, throttled],
    ['breaks', 503, /InternalServerError: It broke\. \(3 of 3 tries\)/, broken],
    ['is an overloaded proxy', 503, /503 \(3 of 3 tries\)/, { status: 503, body: '<html>busy</html>' }],
    ['cuts connections', 503, /the connection ended before the answer \(3 of 3 tries\)/, 'cut'],
    ['cuts its answers', 503, /\(3 of 3 tries\)/, 'cut answer'],
    ['answers with wrong checksums', 503, /checksum \(x-amz-crc32\) is wrong \(3 of 3 tries\)/, 'wrong checksum'],
    ['answers with no JSON', 503, /no JSON object/, { status: 200, body: 'hello' }],
    ['is gone', 500, /there is no DynamoDB table voyages in eu-central-1/,
      errorAnswer(400, 'ResourceNotFoundException', 'Requested resource not found')],
    ['has other keys', 500, /the DynamoDB table voyages has other keys or indexes than ours/,
      errorAnswer(400, 'ValidationException', 'The provided key element does not match the schema')],
    ['denies access', 500, /AccessDeniedException: User: x is not authorized/, denied],
    ['says that credentials have expired', 500, /ExpiredTokenException: The security token/, expired],
  ]) {
    test(`and ${name}: the caller gets ${status}, the log one line, and then all is well`, async () => {
      for (const [method, path, body] of [['GET', '/auth/me'], ['POST', '/auth/login', ada]]) {
        let answer;
        const lines = await voyages.linesOf(async () => {
          answer = await proxy.during(fault, () => voyages.call(method, path, body, body ? undefined : token));
        });
        assert.equal(answer.status, status);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
        assert.equal(answer.headers.get('retry-after'), status === 503 ? '1' : null);
        assert.equal(answer.body.code, status === 503 ? 'unavailable' : 'internal_error');
        assert.doesNotMatch(JSON.stringify(answer.body), /dynamodb|aws|127\.0\.0\.1/i);
        assert.equal(lines.length, 1, JSON.stringify(lines));
        assert.equal(lines[0].level, 'ERROR');
        assert.equal(lines[0].request_id, answer.body.request_id);
        assert.match(lines[0].error, reason);
      }
      assert.equal((await voyages.call('GET', '/auth/me', undefined, token)).status, 200);
      await voyages.login();
    });
  }

  test('and there is work to do: it comes again, and is done then', async () => {
    const queued = queueEvent([{ MessageId: 'm1', Body: crypto.randomUUID(),
      MessageAttributes: { kind: { StringValue: 'email.send', DataType: 'String' } } }]);
    const reported = notificationEvent({
      eventType: 'Bounce', mail: { timestamp: new Date().toISOString(), messageId: 'ses-1', destination: ['gone@example.com'], tags: {} },
      bounce: { feedbackId: 'f1', bounceType: 'Permanent', bounceSubType: 'General', timestamp: new Date().toISOString(),
        bouncedRecipients: [{ emailAddress: 'gone@example.com', action: 'failed', status: '5.1.1' }] },
    });
    const failures = async (event) => JSON.parse((await voyages.invoke(event)).body).batchItemFailures;
    for (const fault of [broken, 'cut']) {
      assert.deepEqual(await proxy.during(fault, () => failures(queued)), [{ itemIdentifier: 'm1' }]);
      assert.deepEqual(await failures(queued), []); // there is no such mail, which is no fault
      assert.equal((await proxy.during(fault, () => voyages.invoke(reported))).kind, 'error');
      assert.equal((await voyages.invoke(reported)).kind, 'response');
      const lines = await voyages.linesOf(async () => {
        assert.equal((await proxy.during(fault, () => voyages.invoke(scheduleEvent()))).kind, 'error');
      });
      assert.deepEqual([lines.at(-1).message, lines.at(-1).work], ['work failed', 'tick']);
      assert.match(lines.at(-1).error, /^dynamodb \w+: /); // no tick can be claimed
      assert.equal((await voyages.invoke(scheduleEvent())).kind, 'response');
    }
  });

  test('and does not answer at all: the caller gets 503, or the deadline is reported, and then all is well', async () => {
    const patient = await new Voyages().start({ AWS_MAX_ATTEMPTS: '1' });
    const event = urlEvent('GET', '/auth/me', { headers: { authorization: `Bearer ${token}` } });
    const ask = (timeout_ms) => patient.invoke(event, { timeout_ms });
    assert.equal(JSON.parse((await ask(29_000)).body).statusCode, 200);
    for (const [timeout_ms, kind] of [[29_000, 'response'], [1000, 'error']]) {
      let outcome;
      const lines = await patient.linesOf(async () => { outcome = await proxy.during('silence', () => ask(timeout_ms)); });
      assert.equal(outcome.kind, kind);
      assert.match(lines[0].error, /no answer in time \(1 of 1 tries\)/);
      if (kind === 'response') assert.equal(JSON.parse(outcome.body).statusCode, 503);
      else assert.equal(outcome.headers['lambda-runtime-function-error-type'], 'Function.DeadlineExceeded');
      assert.deepEqual(lines.slice(1).map(({ message }) => message), kind === 'response' ? [] : ['the deadline has passed']);
      assert.equal(JSON.parse((await ask(29_000)).body).statusCode, 200);
    }
    await patient.stop();
  });

  for (const [name, fault] of [['throttled', throttled], ['broken', broken], ['cut off', 'cut'], ['done, but its answer cut', 'cut answer'],
    ['done, but its answer damaged', 'wrong checksum']]) {
    test(`the first call of each kind is ${name}: nobody notices, and nothing is done twice`, async () => {
      const email = `${name.replaceAll(/\W+/g, '-')}@example.com`;
      const account = { email, password: goodPassword };
      const step = async (expected, ...request) => {
        const { status, body } = await proxy.during((_, count) => (count === 0 ? fault : null), () => voyages.call(...request));
        assert.equal(status, expected, JSON.stringify([request, body, proxy.calls]));
        return body;
      };
      await step(201, 'POST', '/auth/register', account);
      const first = await step(200, 'POST', '/auth/login', account);
      const second = await step(200, 'POST', '/auth/refresh', { refresh_token: first.refresh_token });
      const { items } = await step(200, 'GET', '/auth/sessions', undefined, second.access_token);
      assert.equal(items.length, 1); // of the one login
      await step(204, 'POST', '/auth/logout', undefined, second.access_token);
      await step(401, 'GET', '/auth/me', undefined, second.access_token);
    });
  }

  test('and has really gone, is missed by name, and is used again when it is back', async () => {
    const other = 'passing';
    const change = { VOYAGES_DYNAMODB_TABLE: other };
    const create = () => run(['table', 'create'], { settings: { ...settings, ...change } });
    assert.equal((await create()).code, 0);
    const passing = await new Voyages().start(change);
    assert.equal((await passing.call('POST', '/auth/login', ada)).status, 401); // nobody is in it
    await callDynamodb(dynamodb.endpoint, 'DeleteTable', { TableName: other });
    const lines = await passing.linesOf(async () => {
      assert.equal((await passing.call('POST', '/auth/login', ada)).status, 500);
    });
    assert.equal(lines.length, 1, JSON.stringify(lines));
    assert.match(lines[0].error, /there is no DynamoDB table passing in eu-central-1/);
    assert.equal((await create()).code, 0);
    assert.equal((await passing.call('POST', '/auth/login', ada)).status, 401);
    assert.equal((await passing.call('GET', '/health/ready')).status, 200);
    await passing.stop();
  });
});

describe('a clock that is 20 minutes off', () => {
  const minutes_20 = 20 * 60_000;
  after(() => { proxy.clockAhead_ms = 0; });

  for (const [name, ahead_ms, said] of [
    ['behind', minutes_20, /^This machine's clock is 1(199|200|201) s behind: .* corrected time\. Set it right/],
    ['ahead', -minutes_20, /^This machine's clock is 1(199|200|201) s ahead: .* corrected time\. Set it right/],
  ]) {
    test(`${name}: the log names it once, and requests are answered`, async () => {
      proxy.clockAhead_ms = ahead_ms;
      const voyages = await new Voyages().start();
      const { access_token: token } = await voyages.login();
      assert.equal((await voyages.call('GET', '/auth/me', undefined, token)).status, 200);
      assert.deepEqual(await voyages.stop(), [0, null]);
      const warnings = logLines(voyages.running.output).filter(({ level }) => level === 'WARN');
      assert.equal(warnings.length, 1, voyages.running.output);
      assert.match(warnings[0].message, said);
    });
  }

  test('though AWS goes on refusing: the error names the clock, and later all is well', async () => {
    proxy.clockAhead_ms = 0;
    const voyages = await new Voyages().start();
    const { access_token: token } = await voyages.login();
    const refusal = errorAnswer(400, 'InvalidSignatureException', 'Signature expired',
      { Date: new Date(Date.now() + minutes_20).toUTCString() });
    const lines = await voyages.linesOf(async () => {
      const { status, body } = await proxy.during(refusal, () => voyages.call('GET', '/auth/me', undefined, token));
      assert.deepEqual([status, body.code], [500, 'internal_error']);
    });
    assert.deepEqual(lines.map(({ level }) => level), ['WARN', 'ERROR']);
    assert.match(lines[1].error, /Signature expired \(this machine's clock is \d+ s off, and signing with a corrected time did not help\)/);
    assert.equal((await voyages.call('GET', '/auth/me', undefined, token)).status, 200);
    await voyages.stop();
  });
});

test('streamed answers are the buffered ones: prelude, eight NULs, the same bytes', async () => {
  const buffered = await new Voyages().start();
  const streaming = await new Voyages().start({ VOYAGES_LAMBDA_RESPONSE_MODE: 'streaming' });
  const post = (path, body) => urlEvent('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  for (const event of [
    urlEvent('GET', '/docs'), urlEvent('HEAD', '/docs'), urlEvent('GET', '/openapi.json'), urlEvent('GET', '/assets/icon.svg'),
    urlEvent('GET', '/openapi.json', { headers: { 'accept-encoding': 'gzip' } }), urlEvent('GET', '/nowhere'),
    urlEvent('GET', '/health/live'), urlEvent('DELETE', '/auth/login'), urlEvent('OPTIONS', '/auth/login'),
    post('/auth/login', { ...ada, password: 'wrong password' }), post('/auth/register', { email: 'no' }), urlEvent('GET', '/auth/me'),
    { ...urlEvent('POST', '/auth/login'), body: 'x'.repeat(2_000_000) },
  ]) {
    const what = `${event.requestContext.http.method} ${event.rawPath}`;
    const id = crypto.randomUUID(); // is in some answers
    const expected = JSON.parse((await buffered.invoke(event, { id })).body);
    const { kind, headers, trailers, body } = await streaming.invoke(event, { id });
    assert.equal(kind, 'response', what);
    assert.equal(headers['content-type'], 'application/vnd.awslambda.http-integration-response');
    assert.equal(headers['lambda-runtime-function-response-mode'], 'streaming');
    assert.equal(headers['transfer-encoding'], 'chunked');
    assert.equal(trailers['lambda-runtime-function-error-type'], undefined);
    const end = body.indexOf(Buffer.alloc(8));
    const prelude = JSON.parse(body.subarray(0, end));
    assert.deepEqual({ ...prelude, cookies: prelude.cookies ?? [] },
      { statusCode: expected.statusCode, headers: expected.headers, cookies: expected.cookies ?? [] }, what);
    const bytes = Buffer.from(expected.body ?? '', expected.isBase64Encoded ? 'base64' : 'utf8');
    assert.ok(body.subarray(end + 8).equals(bytes), what);
  }
  const login = (await streaming.invoke(post('/auth/login', ada))).body;
  assert.match(JSON.parse(login.subarray(login.indexOf(Buffer.alloc(8)) + 8)).access_token, /^eyJ/);
  for (const voyages of [buffered, streaming]) {
    await waitFor('the next question', () => voyages.api.waiting);
    assert.deepEqual(await voyages.stop(), [0, null]);
    assert.deepEqual(voyages.api.extensions, [{ name: 'voyages-shutdown', events: [] }]);
    assert.ok(logLines(voyages.running.output).some((line) => line.message === 'stopping: Lambda ends this environment'));
  }
});
