// The program on Lambda, under Amazon's emulator of it, over DynamoDB Local and moto: every route answers the same bytes
// as `serve` does over a table of its own, mail goes its whole way, and events that come twice have one effect.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { startAmazon } from '../support/amazon.mjs';
import { exerciseAuthorization } from '../support/authorization.mjs';
import { exerciseClients } from '../support/clients.mjs';
import { startLambda } from '../support/lambda.mjs';
import { notificationEvent, queueEvent, scheduleEvent, uploadEvent } from '../support/lambda_events.mjs';
import { readMail } from '../support/mail.mjs';
import { exerciseTokens } from '../support/oauth_tokens.mjs';
import { goodPassword, run, startServer, waitFor } from '../support/server.mjs';

const publicUrl = 'https://id.example.com';
const testSettings = {
  VOYAGES_PUBLIC_URL: publicUrl, VOYAGES_PASSWORD_MEMORY: '8192', VOYAGES_PASSWORD_PASSES: '1', VOYAGES_SIGN_UP_LIMIT: '0',
  VOYAGES_CLIENT_REGISTRATION: 'open',
  VOYAGES_TRUSTED_PROXIES: '127.0.0.1,::1',
};
const behindTls = { 'x-forwarded-proto': 'https', 'user-agent': 'test browser', 'accept-encoding': 'gzip' };
const newPassword = 'another horse, another staple';
const unknownId = '019ab1c2-0000-7000-8000-000000000001';

/// One of the two runtimes, with an AWS of its own.
class House {
  constructor(amazon) { this.amazon = amazon; }

  #read = [];

  /// Each is parsed once: a parser is started for it.
  async mails() {
    const sent = await this.amazon.moto.sentMails();
    for (const { raw_data: raw } of sent.slice(this.#read.length)) this.#read.push(readMail(raw));
    return this.#read;
  }

  /// The token in the newest mail to an address that links to this page, once it is there.
  async mailedToken(to, page) {
    const link = new RegExp(`${publicUrl}/${page}#token=([\\w.-]+)`);
    return waitFor(`a mail to ${to} with a link to ${page}`, async () => {
      await this.work();
      const mails = (await this.mails()).filter((mail) => JSON.stringify(mail.to ?? mail.headers).includes(to));
      return mails.map((mail) => mail.text.match(link)?.[1]).findLast(Boolean);
    });
  }
}

class Served extends House {
  async start() {
    this.server = await startServer({ settings: { ...testSettings, ...this.amazon.settings } });
  }

  call(...parameters) { return this.server.call(...parameters); }
  async work() {} // the server's own workers do it
  stop() { return this.server.stop(); }
}

class OnLambda extends House {
  async start() {
    this.lambda = await startLambda({ ...testSettings, ...this.amazon.settings });
  }

  call(...parameters) { return this.lambda.call(...parameters); }
  async work() {
    const event = await this.amazon.takeQueueEvent();
    if (event.Records.length > 0) assert.deepEqual(await this.lambda.invoke(event), { batchItemFailures: [] });
  }
  stop() { return this.lambda.stop(); }
}

const houses = {};

before(async () => {
  const [first, second] = await Promise.all([startAmazon(), startAmazon()]);
  houses.serve = new Served(first);
  houses.lambda = new OnLambda(second);
  for (const house of Object.values(houses)) {
    const added = await run(['user', 'add', 'owner@example.com', '--role', 'owner', '--password-stdin'],
      { input: goodPassword, settings: { ...testSettings, ...house.amazon.settings } });
    assert.equal(added.code, 0, added.stderr);
    await house.start();
  }
});

after(async () => {
  for (const house of Object.values(houses)) {
    await house.stop();
    await house.amazon.stop();
  }
});

// Who carries the answer adds these, each in its own way.
const carriers = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'];

/// What must be alike: ids, secrets and times become the order in which they first appear.
class Transcript {
  #seen = new Map();
  entries = [];
  operations = new Set();

  #mask(text) {
    return text
      .replaceAll(/"request_id":"[\w-]+"/g, '"request_id":"<request>"')
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<jwt>')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
        if (!this.#seen.has(id)) this.#seen.set(id, `<id ${this.#seen.size}>`);
        return this.#seen.get(id);
      })
      .replaceAll(/[\w-]{43,}/g, '<secret>')
      .replaceAll(/[B-Z]{4}-[B-Z]{4}/g, '<user code>')
      .replaceAll(/"(iat|exp|\w*(?:_ms|_s|_issued_at|uptime)|duration)":[\d.]+/g, '"$1":<number>');
  }

  record(name, answer) {
    const headers = [...answer.headers].filter(([header]) => !carriers.includes(header) && header !== 'x-request-id').sort();
    this.entries.push({ name: this.#mask(name), status: answer.status, headers: this.#mask(JSON.stringify(headers)), text: this.#mask(answer.text) });
    assert.match(answer.headers.get('x-request-id') ?? '', /^[\w-]+$/, name);
  }
}

/// Goes through every route, with good input and bad, and writes down what was answered.
async function exercise(house) {
  const transcript = new Transcript();
  const at = async (operation, method, path, body, options = {}) => {
    const answer = await house.call(method, path, body, { ...options, headers: { ...behindTls, ...options.headers } });
    transcript.operations.add(operation);
    transcript.record(`${operation}: ${method} ${path}`, answer);
    return answer;
  };
  const ada = { email: 'ada@example.com', password: goodPassword };

  for (const path of ['/', '/docs', '/setup', '/login', '/register', '/verify-email', '/account', '/unsubscribe', '/openapi.json',
    '/assets/pages.js', '/assets/pages.css', '/assets/brand.css', '/assets/logo', '/assets/icon.svg', '/nowhere',
    '/auth/me?x=%', '/%E2%82%AC', '/auth//me']) await at('page', 'GET', path);
  await at('page', 'HEAD', '/docs');
  await at('page', 'OPTIONS', '/auth/login', undefined, { headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  const page = await at('page', 'GET', '/openapi.json');
  await at('page', 'GET', '/openapi.json', undefined, { headers: { 'if-none-match': page.headers.get('etag') } });
  await at('live', 'GET', '/health/live');
  await at('ready', 'GET', '/health/ready');
  await at('health', 'GET', '/health');
  await at('jwks', 'GET', '/.well-known/jwks.json');
  await at('pages', 'GET', '/auth/pages');

  await at('register', 'POST', '/auth/register', ada);
  await at('register', 'POST', '/auth/register', ada);
  await at('register', 'POST', '/auth/register', { email: 'no', password: 'short', more: 1 });
  await at('register', 'POST', '/auth/register', '{"email": ', { headers: { 'Content-Type': 'application/json' } });
  await at('register', 'POST', '/auth/register', 'a=b', { headers: { 'Content-Type': 'text/plain' } });
  await at('register', 'POST', '/auth/register', Buffer.from([0xff, 0xfe, 0x00]));
  await at('setup', 'POST', '/auth/setup', { token: `${unknownId}.${'A'.repeat(43)}`, ...ada });
  await at('verify_email', 'POST', '/auth/verify-email', { token: await house.mailedToken(ada.email, 'verify-email') });
  await at('verify_email', 'POST', '/auth/verify-email', { token: 'nonsense' });
  await at('resend_verification', 'POST', '/auth/resend-verification', { email: ada.email });
  await at('login', 'POST', '/auth/login', { ...ada, password: 'wrong password' });
  await at('login', 'POST', '/auth/login', { email: 'nobody@example.com', password: goodPassword });
  const first = (await at('login', 'POST', '/auth/login', ada)).body;
  const second = (await at('login', 'POST', '/auth/login', ada)).body;
  await at('refresh', 'POST', '/auth/refresh', { refresh_token: 'nonsense' });
  const { access_token: token } = (await at('refresh', 'POST', '/auth/refresh', { refresh_token: first.refresh_token })).body;
  await at('get_me', 'GET', '/auth/me');
  await at('get_me', 'GET', '/auth/me', undefined, { token: 'nonsense' });
  await at('get_me', 'GET', '/auth/me', undefined, { token });
  await at('update_me', 'PATCH', '/auth/me', { name: 'Ada Lovelace 🚀 "quoted"' }, { token });
  await at('verify', 'GET', '/auth/verify', undefined, { token });
  await at('verify', 'GET', '/auth/verify?role=owner', undefined, { token });
  await at('verify', 'GET', '/auth/verify', undefined, { headers: { cookie: `voyages_token=${token}; __Host-voyages_token=${token}` } });
  const sessions = (await at('list_sessions', 'GET', '/auth/sessions', undefined, { token })).body;
  await at('delete_session', 'DELETE', `/auth/sessions/${sessions.items.find((each) => !each.current).id}`, undefined, { token });
  await at('get_me', 'GET', '/auth/me', undefined, { token: second.access_token });
  await at('delete_other_sessions', 'DELETE', '/auth/sessions', undefined, { token });
  await at('change_password', 'POST', '/auth/change-password', { current_password: 'wrong', new_password: newPassword }, { token });
  await at('change_password', 'POST', '/auth/change-password', { current_password: goodPassword, new_password: newPassword }, { token });
  await at('forgot_password', 'POST', '/auth/forgot-password', { email: ada.email });
  const reset = await house.mailedToken(ada.email, 'reset-password');
  await at('reset_password', 'POST', '/auth/reset-password', { token: reset, password: goodPassword });
  await at('reset_password', 'POST', '/auth/reset-password', { token: reset, password: goodPassword });
  const again = (await at('login', 'POST', '/auth/login', ada)).body;
  await at('logout', 'POST', '/auth/logout', undefined, { token: again.access_token });
  await at('get_me', 'GET', '/auth/me', undefined, { token: again.access_token });

  const boss = (await at('login', 'POST', '/auth/login', { email: 'owner@example.com', password: goodPassword })).body.access_token;
  const as = { token: boss };
  const users = (await at('list_users', 'GET', '/admin/users?limit=1', undefined, as)).body;
  await at('list_users', 'GET', `/admin/users?limit=1&cursor=${users.next_cursor}`, undefined, as);
  await at('list_users', 'GET', '/admin/users?limit=0&cursor=x', undefined, as);
  const everybody = (await at('list_users', 'GET', '/admin/users', undefined, as)).body.items;
  const { id } = everybody.find(({ email }) => email === ada.email);
  await at('get_user', 'GET', `/admin/users/${id}`, undefined, as);
  await at('get_user', 'GET', `/admin/users/${unknownId}`, undefined, as);
  await at('update_user', 'PATCH', `/admin/users/${id}`, { roles: ['mailer'] }, as);
  await at('end_user_sessions', 'POST', `/admin/users/${id}/end-sessions`, undefined, as);
  await at('invite', 'POST', '/admin/invites', { email: 'grace@example.com', roles: ['admin'] }, as);
  const invitation = await house.mailedToken('grace@example.com', 'register');
  await at('register', 'POST', '/auth/register', { email: 'grace@example.com', password: goodPassword, invite_token: invitation });

  const github = { id: 'github', client_id: 'c', client_secret: 's' }; // its addresses are known: nobody is asked for them
  await at('add_provider', 'POST', '/admin/providers', { ...github, issuer: 'http://example.com' }, as);
  await at('add_provider', 'POST', '/admin/providers', github, as);
  await at('add_provider', 'POST', '/admin/providers', github, as);
  await at('list_providers', 'GET', '/admin/providers', undefined, as);
  const ownPage = { headers: { 'Sec-Fetch-Site': 'same-origin' } };
  const started = await at('start_federation', 'POST', '/auth/federation/github', { return_to: '/account' }, ownPage);
  const [cookie] = started.headers.get('set-cookie').split(';');
  const state = new URL(started.body.authorization_url).searchParams.get('state');
  await at('start_federation', 'POST', '/auth/federation/github', {});
  await at('start_federation', 'POST', '/auth/federation/nobody', {}, ownPage);
  await at('finish_federation', 'GET', `/auth/federation/github/callback?error=access_denied&state=${state}`);
  await at('finish_federation', 'GET', `/auth/federation/github/callback?error=access_denied&state=${state}`, undefined, { headers: { cookie } });
  await at('finish_federation', 'GET', `/auth/federation/github/callback?error=access_denied&state=${state}`, undefined, { headers: { cookie } });
  await at('list_identities', 'GET', '/auth/identities', undefined, as);
  await at('delete_identity', 'DELETE', `/auth/identities/github.${'0'.repeat(64)}`, undefined, as);
  await at('delete_provider', 'DELETE', '/admin/providers/github', undefined, as);
  await at('delete_provider', 'DELETE', '/admin/providers/github', undefined, as);

  await at('list_templates', 'GET', '/email-templates', undefined, as);
  await at('preview_template', 'POST', '/email-templates/announcement/preview', { params: { title: 'News', body: 'Here.' } }, as);
  await at('preview_template', 'POST', '/email-templates/announcement/preview', { params: {} }, as);
  const news = { to: 'reader@example.com', template: 'announcement', params: { title: 'News', body: 'It is here.' } };
  const attached = { ...news, attachments: [{ filename: 'a.txt', content_type: 'text/plain', content: 'SGVsbG8=' }] };
  const mail = (await at('queue_email', 'POST', '/emails', attached, as)).body;
  await at('queue_email', 'POST', '/emails', { to: 'x' }, as);
  const unsubscribe = await waitFor('the news to arrive', async () => {
    await house.work();
    const found = (await house.mails()).find(({ text }) => text.includes('It is here.'));
    return found?.text.match(/unsubscribe#token=([\w.-]+)/)?.[1];
  });
  await waitFor('the news to be sent', async () => (await house.call('GET', `/emails/${mail.id}`, undefined, as)).body.status === 'SENT');
  await at('get_email', 'GET', `/emails/${mail.id}`, undefined, as);
  await at('get_email', 'GET', `/emails/${unknownId}`, undefined, as);
  await at('list_emails', 'GET', '/emails?status=SENT&limit=2', undefined, as);
  await at('list_emails', 'GET', '/emails?to=reader@example.com', undefined, as);
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const planned = (await at('queue_email', 'POST', '/emails', { ...news, send_at: later }, as)).body;
  await at('cancel_email', 'DELETE', `/emails/${planned.id}`, undefined, as);
  await at('cancel_email', 'DELETE', `/emails/${mail.id}`, undefined, as);
  await at('retry_email', 'POST', `/emails/${mail.id}/retry`, undefined, as);
  await at('unsubscribe', 'POST', `/unsubscribe/${unsubscribe}`, 'List-Unsubscribe=One-Click',
    { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  await at('unsubscribe', 'POST', '/unsubscribe/AAAA', '', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  await at('add_suppression', 'POST', '/email-suppressions', { email: 'gone@example.com', stream: 'BULK', reason: 'COMPLAINT' }, as);
  await at('list_suppressions', 'GET', '/email-suppressions', undefined, as);
  await at('remove_suppression', 'DELETE', '/email-suppressions/BULK/gone%40example.com', undefined, as);
  await at('list_dead_letters', 'GET', '/admin/dead-letters?limit=1', undefined, as);
  await at('list_dead_letters', 'GET', '/admin/dead-letters?cursor=x', undefined, as);
  await at('retry_dead_letter', 'POST', `/admin/dead-letters/${unknownId}/retry`, {}, as);
  await at('discard_dead_letter', 'DELETE', `/admin/dead-letters/${unknownId}`, undefined, as);
  await exerciseAuthorization(at, as, ada);
  await exerciseTokens(at, as, ada);
  await exerciseClients(at, as);
  await at('remove_user', 'DELETE', `/admin/users/${id}`, undefined, as);
  await at('delete_me', 'DELETE', '/auth/me', undefined,
    { token: (await at('login', 'POST', '/auth/login', { email: 'grace@example.com', password: goodPassword })).body.access_token });
  return transcript;
}

test('every route answers the same bytes as under `serve`', async () => {
  const served = await exercise(houses.serve);
  const onLambda = await exercise(houses.lambda);
  const differences = onLambda.entries.map((entry, index) => [entry, served.entries[index]])
    .filter((pair) => !isDeepStrictEqual(...pair));
  assert.deepEqual(differences, []);
  assert.ok(onLambda.entries.length > 80);
  assert.equal(onLambda.entries.length, served.entries.length);
  const { paths } = (await houses.lambda.call('GET', '/openapi.json')).body;
  const known = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.ok(known.length > 30);
  assert.deepEqual(known.filter((operation) => !served.operations.has(operation)), [], 'routes that were not tried');
});

describe('events', () => {
  const owner = { email: 'owner@example.com', password: goodPassword };
  let lambda;
  let token;

  before(async () => {
    ({ lambda } = houses.lambda);
    token = (await lambda.post('/auth/login', owner)).body.access_token;
  });

  const queueMail = async (to) => {
    const answer = await lambda.post('/emails', { to, template: 'announcement', params: { title: 'News', body: 'Twice.' } }, { token });
    assert.equal(answer.status, 202, answer.text);
    return answer.body.id;
  };
  // Other messages, such as the clean-up after a login, may wait in the queue as well.
  const takeEventOf = async (id) => {
    const { Records } = await houses.lambda.amazon.takeQueueEvent();
    return { Records: Records.filter(({ body }) => body === id) };
  };
  const mailsTo = async (to) =>
    (await houses.lambda.amazon.moto.sentMails()).filter(({ destinations }) => JSON.stringify(destinations).includes(to));

  test('a message that comes twice sends one mail', async () => {
    const event = await takeEventOf(await queueMail('twice@example.com'));
    assert.equal(event.Records.length, 1);
    for (let i = 0; i < 2; ++i) assert.deepEqual(await lambda.invoke(event), { batchItemFailures: [] });
    assert.deepEqual(await lambda.invoke({ Records: [...event.Records, ...event.Records] }), { batchItemFailures: [] });
    assert.equal((await mailsTo('twice@example.com')).length, 1);
  });

  test('of a batch, only what failed comes back', async () => {
    const event = await takeEventOf(await queueMail('batch@example.com'));
    assert.equal(event.Records.length, 1);
    const unknown = structuredClone(event.Records[0]);
    unknown.messageId = 'of-no-kind-that-we-know';
    unknown.messageAttributes.kind.stringValue = 'nobody.knows';
    const bare = { ...structuredClone(event.Records[0]), messageId: 'without-kind', messageAttributes: {} };
    const answer = await lambda.invoke({ Records: [unknown, ...event.Records, bare] });
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: unknown.messageId }, { itemIdentifier: bare.messageId }] });
    assert.equal((await mailsTo('batch@example.com')).length, 1);
  });

  test('mail whose message was lost is queued again by the schedule, once', async () => {
    const { amazon } = houses.lambda;
    const to = 'lost@example.com';
    const id = await queueMail(to);
    assert.equal((await takeEventOf(id)).Records.length, 1); // and nobody works on it
    // As if the minute since the last one had passed.
    const tick = async () => {
      await amazon.table('DeleteItem', { Key: { PK: { S: 'TICK#mail' }, SK: { S: 'TICK' } } });
      assert.equal((await lambda.invoke(scheduleEvent()))?.errorType, undefined);
    };
    await tick();
    assert.deepEqual((await takeEventOf(id)).Records, []); // not lost yet: its worker has two minutes

    // Those two minutes pass.
    const past = String(Date.now() - 1000);
    await amazon.table('UpdateItem', {
      Key: { PK: { S: `MAIL#TO#${to}` }, SK: { S: id } }, UpdateExpression: 'SET look_at = :at, GSI1SK = :sort',
      ConditionExpression: 'GSI1PK = :pending', ExpressionAttributeValues: {
        ':at': { N: past }, ':sort': { S: `${past.padStart(15, '0')}#${id}` }, ':pending': { S: 'OUTBOX' },
      },
    });
    await tick();
    await tick();
    const event = await takeEventOf(id);
    assert.equal(event.Records.length, 1);
    assert.deepEqual(await mailsTo(to), []);
    assert.deepEqual(await lambda.invoke(event), { batchItemFailures: [] });
    assert.equal((await mailsTo(to)).length, 1);
    assert.equal((await lambda.get(`/emails/${id}`, { token })).body.status, 'SENT');
    await tick();
    assert.deepEqual((await takeEventOf(id)).Records, []);
    assert.ok(lambda.log.some(({ message, count }) => message === 'mail that was due, or lost, was queued' && count === 1));
  });

  test('a hard bounce that SES reports suppresses the address, once', async () => {
    const id = await queueMail('gone@example.com');
    assert.deepEqual(await lambda.invoke(await takeEventOf(id)), { batchItemFailures: [] });
    const event = notificationEvent({
      eventType: 'Bounce',
      bounce: { feedbackId: 'f1', bounceType: 'Permanent', bounceSubType: 'General', timestamp: new Date().toISOString(),
        bouncedRecipients: [{ emailAddress: 'gone@example.com', action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 unknown' }] },
      mail: { timestamp: new Date().toISOString(), messageId: 'ses-1', destination: ['gone@example.com'], tags: { mail_id: [id] } },
    });
    for (let i = 0; i < 2; ++i) {
      const answer = await lambda.invoke(event);
      assert.equal(answer?.errorType, undefined, JSON.stringify(answer));
    }
    const { items } = (await lambda.get('/email-suppressions', { token })).body;
    const reasons = items.filter(({ email }) => email === 'gone@example.com').map(({ reason }) => reason);
    assert.deepEqual(reasons, ['HARD_BOUNCE', 'HARD_BOUNCE']); // one for each stream
    const { events } = (await lambda.get(`/emails/${id}`, { token })).body;
    assert.equal(events.filter(({ event }) => event === 'bounced').length, 1, JSON.stringify(events));
  });

  test('the operator is told when work failed for the last time, and not before', async () => {
    const { amazon } = houses.lambda;
    const operator = await amazon.subscribeQueue();
    const fail = async (attempt, failures) => {
      const event = queueEvent([{ MessageId: `try-${attempt}`, Body: '{"secret":"of a payload"}',
        Attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(Date.now()) },
        MessageAttributes: { kind: { StringValue: 'nobody.knows', DataType: 'String' } } }]);
      assert.deepEqual(await lambda.invoke(event), { batchItemFailures: failures });
    };
    await fail(2, [{ itemIdentifier: 'try-2' }]);
    assert.deepEqual(await amazon.receive(operator), []);
    await fail(3, []); // it is a dead letter, which the queue need not keep
    const notices = (await amazon.receive(operator)).map(({ Body }) => JSON.parse(Body));
    assert.equal(notices.length, 1);
    const [{ Type, Subject, Message, TopicArn }] = notices;
    assert.deepEqual([Type, Subject, TopicArn], ['Notification', 'Cloud Voyages: work failed for good', amazon.settings.VOYAGES_SNS_TOPIC_ARN]);
    assert.match(Message, /^Message try-3 of the kind nobody\.knows failed 3 times and is a dead letter now\./);
    assert.doesNotMatch(Message, /of a payload/);
    assert.ok(lambda.log.some((line) => line.message === 'work failed for good' && line.message_id === 'try-3'));
    const [letter, ...others] = (await lambda.get('/admin/dead-letters', { token })).body.items;
    assert.deepEqual([letter.kind, letter.attempts, others], ['nobody.knows', 3, []]);
    assert.equal((await lambda.call('DELETE', `/admin/dead-letters/${letter.id}`, undefined, { token })).status, 204);
  });

  test('an uploaded object and a test event do no harm', async () => {
    for (const event of [uploadEvent('uploads/a+b%C3%A4.txt'), { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'voyages-blobs' }]) {
      const answer = await lambda.invoke(event);
      assert.equal(answer?.errorType, undefined, JSON.stringify(answer));
    }
  });

  test('what is no event of ours is refused by name, and the next one is served', async () => {
    for (const event of ['{}', '[]', '"text"', '{"version":"2.0"}', '{"Records":[]}', '{"Records":[{"eventSource":"aws:kafka"}]}',
      JSON.stringify({ version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } }, isBase64Encoded: true, body: '%%%' })]) {
      const answer = await lambda.invoke(event);
      assert.match(answer.errorType ?? '', /^Runtime\.(Unknown|Invalid)Event$/, event + JSON.stringify(answer));
    }
    assert.equal((await lambda.get('/health/live')).status, 200);
  });

  test('the log names requests and holds no secret', async () => {
    const lines = lambda.log.filter(({ message }) => message === 'request');
    assert.ok(lines.length > 10);
    assert.ok(lines.every((line) => line.level === 'INFO' && line.service && line.function_request_id && 'cold_start' in line));
    assert.equal(new Set(lines.map((line) => line.function_request_id)).size, lines.length);
    for (const secret of [goodPassword, newPassword, 'Twice.', token]) assert.ok(!lambda.output.includes(secret));
  });
});
