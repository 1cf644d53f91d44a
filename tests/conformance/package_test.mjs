// The zip for Lambda: what is in it, and that it runs where there is nothing else.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { startDnsServer } from '../support/dns_server.mjs';
import { RuntimeApi, urlEvent } from '../support/runtime_api.mjs';
import { skipTest } from '../support/skip.mjs';
import { readZip } from '../support/zip.mjs';

// The server's helpers start what they find here, in the empty root.
process.env.VOYAGES_BINARY = '/bootstrap';
const { startDynamodbLocal } = await import('../support/dynamodb_local.mjs');
const { startSmtpServer, user } = await import('../support/smtp_server.mjs');
const { run, sourceFolder, startServer, temporaryFolder, waitFor } = await import('../support/server.mjs');

const architecture = { x64: 'x86_64', arm64: 'arm64' }[process.arch];
const file = join(sourceFolder, `build/lambda/voyages-lambda-${architecture}.zip`);
const isRoot = process.getuid() === 0;
const launcher = isRoot ? ['chroot'] : ['unshare', '--map-root-user', 'chroot'];
const zip = readFileSync(file);
const entries = readZip(zip);

const root = temporaryFolder();

before(() => {
  for (const { name, bytes, mode } of entries) writeFileSync(join(root, name), bytes, { mode: mode & 0o777 });
  const probe = spawnSync(launcher[0], [...launcher.slice(1), root, '/bootstrap', 'version'], { encoding: 'utf8' });
  if (!isRoot && /unshare: /.test(probe.stderr ?? '')) skipTest(`an empty root needs root, or user namespaces: ${probe.stderr}`);
  assert.equal(probe.status, 0, `${probe.error ?? probe.stderr}`);
  assert.match(probe.stdout, /^voyages \d/);
  assert.equal(probe.stderr, '');
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
});

const inRoot = (options) => ({ launcher: [...launcher, root], ...options });

function readelf(...options) {
  const { status, stdout, stderr } = spawnSync('readelf', ['--wide', ...options, join(root, 'bootstrap')],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('the zip holds one executable file and is smaller than 8 MB', () => {
  assert.deepEqual(entries.map((each) => each.name), ['bootstrap']);
  assert.equal((entries[0].mode & 0o777).toString(8), '755');
  assert.ok(zip.length < 8_000_000, `${zip.length} bytes`);
});

test('the zip tells nothing of when and by whom it was made', () => {
  assert.equal(entries[0].extraLength, 0);
  assert.equal(entries[0].modified, ((2000 - 1980) << 25 | 1 << 21 | 1 << 16) >>> 0); // 2000-01-01 00:00
  const text = entries[0].bytes.toString('latin1');
  const here = [sourceFolder, homedir(), hostname()].filter((each) => each.length > 5);
  for (const each of here) assert.ok(!text.includes(each), `it names ${each}`);
  assert.ok(!/\/(?:home|Users|builds)\/\w+\//.test(text));
});

test('the program needs no library and no loader', () => {
  assert.doesNotMatch(readelf('--dynamic'), /\(NEEDED\)/);
  assert.doesNotMatch(readelf('--program-headers'), /INTERP/);
});

test('the program is placed at random, and no page of it is both written and run', () => {
  assert.match(readelf('--file-header'), /Type:\s+DYN/);
  const headers = readelf('--program-headers');
  assert.match(headers, /GNU_STACK.* RW /);
  assert.match(headers, /GNU_RELRO/);
  assert.doesNotMatch(headers, /RWE/);
});

test('the program asks for no newer kernel or processor than Lambda has', () => {
  const notes = readelf('--notes');
  const [, major, minor] = notes.match(/OS: Linux, ABI: (\d+)\.(\d+)\./).map(Number);
  assert.ok(major < 5 || (major === 5 && minor <= 10), `Linux ${major}.${minor}`);
  const needed = notes.match(/x86 ISA needed: (.*)/)?.[1] ?? 'x86-64-baseline';
  assert.equal(needed, 'x86-64-baseline');
});

// A DynamoDB that has no table, under a name of its own and with a certificate of its own.
async function startEndpoint(name) {
  const certificate = join(root, 'ca.pem');
  const key = join(temporaryFolder(), 'key.pem');
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=test', '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', certificate], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const requests = [];
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    requests.push(request);
    request.resume();
    response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'none' }));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const settings = {
    VOYAGES_TABLE: 'dynamodb', VOYAGES_DYNAMODB_TABLE: 'voyages', VOYAGES_DATA: '/cloud', VOYAGES_MASTER_KEY: 'A'.repeat(43),
    AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL_DYNAMODB: `https://${name}:${server.address().port}`, AWS_CA_BUNDLE: '/ca.pem',
  };
  return { requests, settings, close: () => server.close().closeAllConnections() };
}

async function assertReaches(endpoint) {
  const result = await run(['user', 'list'], inRoot({ settings: endpoint.settings }));
  assert.equal(result.code, 1);
  assert.match(result.stderr, /DynamoDB table voyages/);
  const [request] = endpoint.requests.splice(0);
  assert.match(request.headers.authorization, /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
}

test('the table is found by a name of /etc/hosts, over TLS with the CA file that is named', async () => {
  const endpoint = await startEndpoint('dynamodb.voyages.test');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost dynamodb.voyages.test\n');
  await assertReaches(endpoint);

  // Nobody else is believed: by default Amazon's own certificates are.
  const { AWS_CA_BUNDLE: _, ...settings } = endpoint.settings;
  const refused = await run(['user', 'list'], inRoot({ settings }));
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /certificate/i);
  assert.equal(endpoint.requests.length, 0);
  endpoint.close();
});

test('the table is found by DNS, whatever /etc/nsswitch.conf says', async (context) => {
  const nameServer = '127.0.53.1';
  const dns = await startDnsServer('dynamodb.voyages-dns.test', nameServer).catch((error) => {
    if (process.env.CI) throw error;
    context.skip(`a name server needs port 53: ${error.message}`);
  });
  if (!dns) return;
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  writeFileSync(join(root, 'etc/resolv.conf'), `nameserver ${nameServer}\n`);
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: myhostname\n');
  const endpoint = await startEndpoint('dynamodb.voyages-dns.test');
  await assertReaches(endpoint);
  assert.ok(dns.asked.includes('dynamodb.voyages-dns.test'));

  const unknown = { ...endpoint.settings, AWS_ENDPOINT_URL_DYNAMODB: 'https://nobody.voyages-dns.test' };
  const failed = await run(['user', 'list'], inRoot({ settings: unknown }));
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /nobody\.voyages-dns\.test/);
  endpoint.close();
  await dns.close();
});

test('threads, exceptions, hashes and SQLite work in a root with nothing but /etc/hosts', async () => {
  const server = await startServer(inRoot({ data: '/data' }));
  const user = await server.register('ada@example.com');
  const { access_token: token } = await server.login('ada@example.com');
  const me = await server.get('/auth/me', { token });
  assert.equal(me.body.id ?? me.body.user.id, user.id);
  assert.equal((await server.post('/auth/login', { email: 'ada@example.com', password: 'wrong' })).status, 401);
  assert.equal((await server.get('/docs')).status, 200);
  const many = await Promise.all(Array.from({ length: 40 }, () => server.get('/health/ready')));
  assert.ok(many.every((each) => each.status === 200));
  assert.equal((await server.stop()).code, 0);

  // A folder that cannot be made is an exception deep inside.
  writeFileSync(join(root, 'file'), '');
  const failed = await run(['serve', '--data', '/file/data'], inRoot());
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /\/file\/data/);
});

test('mail leaves by SMTP, over TLS and with a password', async () => {
  const smtp = await startSmtpServer();
  copyFileSync(smtp.ca, join(root, 'mail-ca.pem'));
  const settings = { VOYAGES_SMTP_URL: smtp.url(), VOYAGES_MAIL_FROM: 'noreply@example.com', SSL_CERT_FILE: '/mail-ca.pem' };
  const server = await startServer(inRoot({ data: '/smtp', settings }));
  await server.register('ada@example.com');
  const [mail] = await waitFor('the mail to arrive', () => smtp.messages().length > 0 && smtp.messages());
  assert.equal(mail.to[0].address, 'ada@example.com');
  assert.match(smtp.log(), new RegExp(`P=[a-z8]*esmtpsa X=TLS1\\.[23].* A=plain:${user}`));
  assert.equal((await server.stop()).code, 0);
  await smtp.stop();
});

test('it answers as a Lambda function, over a table', async () => {
  const dynamodb = await startDynamodbLocal();
  const api = await new RuntimeApi().start();
  const settings = {
    ...dynamodb.settings, VOYAGES_TABLE: 'dynamodb', VOYAGES_SQS_QUEUE_URL: 'http://localhost:9/000000000000/work',
    VOYAGES_S3_BUCKET: 'voyages-blobs', VOYAGES_MAIL_TRANSPORT: 'ses', VOYAGES_MASTER_KEY: 'A'.repeat(43),
  };
  const made = await run(['table', 'create'], inRoot({ settings }));
  assert.equal(made.code, 0, made.stderr);
  const child = spawn(launcher[0], [...launcher.slice(1), root, '/bootstrap'],
    { env: { PATH: process.env.PATH, AWS_LAMBDA_RUNTIME_API: api.address, ...settings }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  child.stderr.resume();
  const { kind, body } = await api.invoke(urlEvent('GET', '/health/ready'));
  assert.equal(kind, 'response', String(body));
  assert.equal(JSON.parse(body).statusCode, 200, String(body));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  await api.stop();
  await dynamodb.stop();
});
