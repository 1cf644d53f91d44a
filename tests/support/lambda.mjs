// The program as a function of AWS Lambda, under Amazon's own Runtime Interface Emulator, which the package aws-sam-cli
// carries. One invocation at a time, as an instance of Lambda serves them.
import { isUtf8 } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { atExit, binary, freePort, outputFolder, temporaryFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';

const version = '1.170.0';
const emulator = join(outputFolder, `aws-lambda-rie-${version}`);
const machine = process.arch === 'arm64' ? 'arm64' : 'x86_64';

function runOrSkip(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.error || result.status !== 0) {
    skipTest(`the Runtime Interface Emulator cannot be installed: ${result.error ?? result.stderr}`);
  }
}

function install() {
  if (existsSync(emulator)) return;
  mkdirSync(outputFolder, { recursive: true });
  const draft = mkdtempSync(`${emulator}-`);
  atExit(() => rmSync(draft, { recursive: true, force: true }));
  runOrSkip('python3', ['-m', 'venv', join(draft, 'python')]);
  runOrSkip(join(draft, 'python/bin/python'), ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'download', '--no-deps',
    '--only-binary=:all:', '--dest', draft, `aws-sam-cli==${version}`]);
  const file = `samcli/local/rapid/aws-lambda-rie-${machine}`;
  runOrSkip('python3', ['-c', 'import glob, sys, zipfile\nzipfile.ZipFile(glob.glob(sys.argv[1])[0]).extract(*sys.argv[2:])',
    join(draft, '*.whl'), file, draft]);
  chmodSync(join(draft, file), 0o755);
  renameSync(join(draft, file), emulator); // whole or not at all
}

const textTypes = /^(text\/|application\/(json|problem\+json|x-www-form-urlencoded|javascript|xml))/;

/// A request as a function URL hands it over: payload format 2.0.
export function urlEvent(method, path, { headers = {}, body, cookies, sourceIp = '127.0.0.1' } = {}) {
  const [rawPath, rawQueryString = ''] = path.split(/\?(.*)/s);
  const sent = { host: 'abcdefgh.lambda-url.eu-central-1.on.aws', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value;
  const now = new Date();
  const event = {
    version: '2.0', routeKey: '$default', rawPath, rawQueryString, headers: sent,
    requestContext: {
      accountId: 'anonymous', apiId: 'abcdefgh', domainName: sent.host, domainPrefix: 'abcdefgh',
      http: { method, path: decodeURI(rawPath), protocol: 'HTTP/1.1', sourceIp, userAgent: sent['user-agent'] ?? '' },
      requestId: crypto.randomUUID(), routeKey: '$default', stage: '$default', time: now.toUTCString(), timeEpoch: now.getTime(),
    },
    isBase64Encoded: false,
  };
  if (rawQueryString) event.queryStringParameters = Object.fromEntries(new URLSearchParams(rawQueryString));
  if (cookies) event.cookies = cookies;
  if (body !== undefined) {
    const isText = textTypes.test(sent['content-type'] ?? '') && isUtf8(Buffer.from(body));
    event.body = isText ? Buffer.from(body).toString('utf8') : Buffer.from(body).toString('base64');
    event.isBase64Encoded = !isText;
  }
  return event;
}

class Lambda {
  constructor(child, url, output, ended) {
    Object.assign(this, { child, url, output, ended });
  }

  /// The payload of the function's answer; a function error comes as {errorType, errorMessage}.
  async invoke(event) {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const response = await fetch(`${this.url}/2015-03-31/functions/function/invocations`, { method: 'POST', body });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`the emulator answered ${response.status} ${text}\n${this.output.text}`);
    }
  }

  /// One HTTP request as its caller sees it; like `call` of a server.
  async call(method, path, body, { token, headers = {}, cookies } = {}) {
    const sent = { ...headers };
    if (token) sent.Authorization = `Bearer ${token}`;
    if (body !== undefined && !sent['Content-Type']) sent['Content-Type'] = 'application/json';
    const plain = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const answer = await this.invoke(urlEvent(method, path, { headers: sent, cookies, body: plain ? body : JSON.stringify(body) }));
    if (answer.statusCode === undefined) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}\n${this.output.text}`);
    const received = new Headers(answer.headers);
    const sentBytes = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
    // As fetch does for its caller.
    const bytes = received.get('content-encoding') === 'gzip' && sentBytes.length > 0 ? gunzipSync(sentBytes) : sentBytes;
    for (const cookie of answer.cookies ?? []) received.append('set-cookie', cookie);
    const text = bytes.toString('utf8');
    const isJson = received.get('content-type')?.includes('json');
    return { status: answer.statusCode, headers: received, bytes, text, body: isJson && text ? JSON.parse(text) : undefined };
  }

  get(path, options) { return this.call('GET', path, undefined, options); }
  post(path, body, options) { return this.call('POST', path, body, options); }

  /// The function's own log lines so far, and between them its metrics; the emulator writes other lines among them.
  get log() {
    return this.output.text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  async stop(signal = 'SIGTERM') {
    this.child.ref();
    this.child.kill(signal);
    await this.ended;
  }
}

/// Starts the emulator; the function begins with the first event. `settings` is its whole environment.
export async function startLambda(settings) {
  install();
  const [port, apiPort] = [await freePort(), await freePort()];
  const child = spawn(emulator, ['--log-level', 'error', '--runtime-interface-emulator-address', `127.0.0.1:${port}`,
    '--runtime-api-address', `127.0.0.1:${apiPort}`, binary], {
    cwd: temporaryFolder(), stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, AWS_LAMBDA_FUNCTION_NAME: 'voyages', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', ...settings },
  });
  const output = { text: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { output.text += text; });
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  atExit(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await waitFor('the emulator to listen', () => fetch(url).then(() => true, () => false));
  [child, child.stdout, child.stderr].forEach((handle) => handle.unref());
  return new Lambda(child, url, output, ended);
}
