// Runs the real program as a user would: `startServer` for `voyages serve`, `run` for every other command.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const sourceFolder = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.VOYAGES_BINARY ?? join(sourceFolder, 'build/release/voyages');
/// The same objects, linked to the system's shared libc: what is static takes no libfaketime.
const sharedBinary = process.env.VOYAGES_SHARED_BINARY ?? join(sourceFolder, 'build/release/tests/voyages_shared');
/// Where tests may leave what is worth keeping between runs.
export const outputFolder = process.env.VOYAGES_TEST_OUTPUT ?? join(sourceFolder, 'build/release/tests');

export const goodPassword = 'correct horse battery staple';

// Cheap hashes: what is tested here is not their cost.
const testSettings = {
  VOYAGES_PASSWORD_MEMORY: '8192', VOYAGES_PASSWORD_PASSES: '1', VOYAGES_METRICS_LISTEN: '',
  VOYAGES_SIGN_UP_LIMIT: '0', // everybody comes from one address here
};

function environment(settings) {
  const { PATH, HOME, USER, LANG } = process.env;
  return { PATH, HOME, USER, LANG, ...testSettings, ...settings };
}

const running = new Set();
const cleanups = [];
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  cleanups.reverse().forEach((cleanup) => cleanup());
});

/// Whatever becomes of the test: `cleanup` runs when all servers have been killed, the latest first.
export function atExit(cleanup) {
  cleanups.push(cleanup);
}

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'voyages-test-'));
  // A server that was killed this moment may still be writing its last file.
  atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export async function freePort() {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/// Polls until `probe` gives something true, and returns that.
export async function waitFor(what, probe, timeout_ms = 15_000) {
  const end = Date.now() + timeout_ms;
  while (Date.now() < end) {
    const result = await probe();
    if (result) return result;
    await sleep(25);
  }
  throw new Error(`waited ${timeout_ms} ms in vain for: ${what}`);
}

/// `launcher` stands before the program on the command line: ['setpriv', '--reuid=65534'].
function launch(args, { settings = {}, cwd = temporaryFolder(), launcher = [] } = {}) {
  const [file, ...rest] = [...launcher, settings.LD_PRELOAD ? sharedBinary : binary, ...args];
  const child = spawn(file, rest, { cwd, env: environment(settings), stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text) => { output[name] += text; });
  }
  child.stdin.on('error', () => {}); // a command that ends early does not read it
  running.add(child);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, ...output });
    });
  });
  return { child, output, ended };
}

/// Runs a command to its end: {code, signal, stdout, stderr}.
export async function run(args, { input = '', ...options } = {}) {
  const { child, ended } = launch(args, options);
  child.stdin.end(input);
  return ended;
}

/// What a person reads last when a command failed.
export function lastLines(result, count = 2) {
  return result.stderr.trimEnd().split('\n').slice(-count).join('\n');
}

class Server {
  constructor(launched, port, data) {
    Object.assign(this, launched, { port, data, url: `http://localhost:${port}` });
    // A failed test leaves its server behind, which must not keep this process alive.
    this.#handles().forEach((handle) => handle.unref());
  }

  #handles() { return [this.child, this.child.stdin, this.child.stdout, this.child.stderr]; }

  get stdout() { return this.output.stdout; }
  get stderr() { return this.output.stderr; }

  /// The log so far; a line that is not JSON is an error.
  get log() { return this.stderr.split('\n').slice(0, -1).map((line) => JSON.parse(line)); }

  get setupLink() { return this.stdout.match(/http:\S+\/setup#token=\S+/)?.[0]; }

  /// Ends it and returns {code, signal, stdout, stderr}.
  async stop(signal = 'SIGTERM') {
    this.#handles().forEach((handle) => handle.ref());
    this.child.kill(signal);
    return this.ended;
  }

  /// One JSON request. `body` may be an object, text or bytes. Returns {status, headers, text, body}.
  async call(method, path, body, { token, headers = {} } = {}) {
    const sent = { ...headers };
    if (token) sent.Authorization = `Bearer ${token}`;
    if (body !== undefined && !sent['Content-Type']) sent['Content-Type'] = 'application/json';
    const plain = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const response = await fetch(this.url + path, {
      method, headers: sent, body: plain ? body : JSON.stringify(body), redirect: 'manual',
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : undefined };
  }

  get(path, options) { return this.call('GET', path, undefined, options); }
  post(path, body, options) { return this.call('POST', path, body, options); }

  async register(email, password = goodPassword) {
    const answer = await this.post('/auth/register', { email, password });
    if (answer.status !== 201) throw new Error(`register ${email}: ${answer.status} ${answer.text}`);
    return answer.body.user;
  }

  async login(email, password = goodPassword) {
    const answer = await this.post('/auth/login', { email, password });
    if (answer.status !== 200) throw new Error(`login ${email}: ${answer.status} ${answer.text}`);
    return answer.body;
  }
}

/// Starts `voyages serve` and waits until it is ready. `ready: '/health/live'` is for a server that cannot write.
export async function startServer({ data, port, args = [], ready = '/health/ready', ...options } = {}) {
  const folder = data ?? join(temporaryFolder(), 'data');
  const at = port ?? await freePort();
  const launched = launch(['serve', '--listen', `localhost:${at}`, '--data', folder, ...args], options);
  const server = new Server(launched, at, folder);
  let end;
  launched.ended.then((result) => { end = result; });
  await waitFor('the server to be ready', async () => {
    if (end) throw new Error(`the server ended with ${end.code ?? end.signal}:\n${end.stderr}`);
    return fetch(server.url + ready).then((response) => response.ok, () => false);
  });
  return server;
}

export function readSource(path) {
  return readFileSync(join(sourceFolder, path), 'utf8');
}
