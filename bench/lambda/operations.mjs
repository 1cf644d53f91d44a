// What each operation asks of DynamoDB, SQS and SES, counted between the function and them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import { event, functionUrlEvent, httpAnswer } from './events.mjs';
import { Session } from './session.mjs';
import { median } from './starts.mjs';

const password = 'correct horse battery staple';

function logOf(lambda) { return existsSync(lambda.log) ? readFileSync(lambda.log, 'utf8') : ''; }

/// `lambda`: the function; `proxy`, `services`: what it was told to call instead of DynamoDB, and of the rest.
class Counter {
  counts = {};

  constructor(lambda, proxy, services) { Object.assign(this, { lambda, proxy, services }); }

  // One event, and what it came to. Counts end when the function asks for its next event.
  async count(session, text) {
    this.proxy.take();
    this.services.take();
    const logged = logOf(this.lambda).length;
    const { response, cpu_ms } = await session.send(text);
    const log_bytes = logOf(this.lambda).length - logged;
    const usage = this.proxy.take();
    const others = this.services.take();
    const { read_units, write_units } = usage;
    const calls = { ...usage.calls, ...others.calls };
    return { response, messages: others.messages, counted: { calls, read_units, write_units, log_bytes, cpu_ms } };
  }

  // An operation that is done several times costs what it costs mostly; that it ever differs is worth a line.
  note(name, several) {
    const shapes = several.map(shapeOf);
    const often = (shape) => shapes.filter((other) => other === shape).length;
    const most = shapes.reduce((best, next) => (often(next) > often(best) ? next : best));
    const typical = (figure) => median(several.map((each) => each[figure]));
    this.counts[name] = {
      ...several[shapes.indexOf(most)], log_bytes: typical('log_bytes'), cpu_ms: Number(typical('cpu_ms').toFixed(2)),
    };
    const different = shapes.filter((other) => other !== most);
    if (different.length > 0) console.error(`  ${name}: ${different.length} of ${several.length} differ: ${different[0]}`);
  }

  async request(session, status, ...request) {
    const { response, ...rest } = await this.count(session, functionUrlEvent(...request));
    const answer = httpAnswer(response);
    if (answer.status !== status) throw new Error(`${request[0]} ${request[1]}: ${answer.status} ${answer.text}`);
    return { ...rest, body: answer.text ? JSON.parse(answer.text) : undefined };
  }
}

/// What must be the same each time: times and the lengths of numbers in a log are not.
export function shapeOf({ calls, read_units, write_units }) { return JSON.stringify({ calls, read_units, write_units }); }

const times = 5;

async function several(work) {
  const results = [];
  for (let i = 0; i < times; ++i) results.push(await work(i));
  return results;
}

async function countSignIn(counter, session) {
  const account = (i) => ({ email: `person${i}@example.com`, password });
  const post = (status, path, request) => counter.request(session, status, 'POST', path, request);
  const registered = await several((i) => post(201, '/auth/register', { body: account(i) }));
  const logins = await several((i) => post(200, '/auth/login', { body: account(i) }));
  const { access_token: token, refresh_token: first } = logins[0].body;
  let refresh_token = first;
  const refreshed = await several(async () => {
    const result = await post(200, '/auth/refresh', { body: { refresh_token } });
    refresh_token = result.body.refresh_token;
    return result;
  });
  const verified = await several(() => counter.request(session, 200, 'GET', '/auth/verify', { token }));
  const me = await several(() => counter.request(session, 200, 'GET', '/auth/me', { token }));
  const logout = await several((i) => post(204, '/auth/logout', { token: logins[i].body.access_token }));
  const all = {
    register: registered, login: logins, refresh: refreshed, 'protected call': verified, 'GET /auth/me': me, logout,
  };
  for (const [name, results] of Object.entries(all)) counter.note(name, results.map(({ counted }) => counted));
}

// With the session remembered, as template.yaml sets it or not.
async function countCachedCall(counter, token) {
  const session = new Session(counter.lambda, { environment: { VOYAGES_REVOCATION_CACHE: '30s' } });
  const first = await counter.request(session, 200, 'GET', '/auth/verify', { token });
  const next = await several(() => counter.request(session, 200, 'GET', '/auth/verify', { token }));
  await session.end();
  counter.note('protected call, first of an instance', [first.counted]);
  counter.note('protected call, session remembered', next.map(({ counted }) => counted));
}

// What SES publishes; the mail's id is a tag that we gave it.
function deliveryOf(id, to) {
  const timestamp = new Date().toISOString();
  return {
    eventType: 'Delivery', mail: { timestamp, messageId: 'of-ses', destination: [to], tags: { mail_id: [id] } },
    delivery: { timestamp, processingTimeMillis: 500, recipients: [to], smtpResponse: '250 ok', reportingMTA: 'mta' },
  };
}

async function countMail(counter, session, token) {
  const params = { title: 'News', body: 'It is here.' };
  const mail = (i) => ({ to: `reader${i}@example.com`, template: 'announcement', params });
  const post = (i) => counter.request(session, 202, 'POST', '/emails', { body: mail(i), token });
  const queued = await several(post);
  counter.note('mail, queued', queued.map(({ counted }) => counted));
  const delivered = [];
  for (const { messages } of queued) delivered.push(await counter.count(session, event.queue(messages)));
  for (const { response } of delivered) {
    if (JSON.parse(response).batchItemFailures?.length) throw new Error(`a mail was not delivered: ${response}`);
  }
  counter.note('mail, delivered', delivered.map(({ counted }) => counted));
  const told = await several((i) => counter.count(session, event.notification(deliveryOf(queued[i].body.id, mail(i).to))));
  counter.note('mail, its delivery reported', told.map(({ counted }) => counted));
}

/// Makes the account the permission of which sending mail needs, by the command line of the same program.
async function addOwner(lambda, email) {
  // Not synchronously: the proxy that it speaks to is this process.
  const child = spawn(lambda.command[0], ['user', 'add', email, '--role', 'owner', '--password-stdin'],
    { cwd: lambda.folder, env: lambda.environment });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
  child.stdin.end(`${password}\n`);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`user add: ${errors}`);
}

/// The names of the metrics that the log holds for CloudWatch.
function metricsIn(log) {
  const names = log.split('\n').filter((line) => line.startsWith('{"_aws"')).flatMap((line) =>
    JSON.parse(line)._aws.CloudWatchMetrics.flatMap(({ Metrics: metrics }) => metrics.map(({ Name: name }) => name)));
  return [...new Set(names)].sort();
}

/// {operations: by name {calls, read_units, write_units, log_bytes, cpu_ms}, metrics: [name]}. The table must be empty.
export async function countOperations(lambda, proxy, services) {
  const counter = new Counter(lambda, proxy, services);
  const owner = 'owner@example.com';
  await addOwner(lambda, owner);
  const login = ['POST', '/auth/login', { body: { email: owner, password } }];
  const preparation = new Session(lambda);
  const { body: { access_token: token } } = await counter.request(preparation, 200, ...login); // the signing keys are made
  await preparation.end();

  const session = new Session(lambda);
  const start = await counter.request(session, 200, 'GET', '/health/live');
  counter.note('start of an instance, and GET /health/live', [start.counted]);
  await countSignIn(counter, session);
  await countMail(counter, session, token);
  const ticks = await several(() => counter.count(session, event.schedule()));
  counter.note('tick', ticks.map(({ counted }) => counted));
  await session.end();
  await countCachedCall(counter, token);
  return { operations: counter.counts, metrics: metricsIn(logOf(lambda)) };
}
