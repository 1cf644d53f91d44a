// The program as a function of AWS Lambda, under Amazon's own emulator of it.
import { gunzipSync } from 'node:zlib';

import { startEmulator } from './emulator.mjs';
import { urlEvent } from './lambda_events.mjs';
import { logLines } from './lambda_probe.mjs';
import { binary } from './server.mjs';

class Lambda {
  constructor(running) {
    this.running = running;
    // A failed test leaves it behind, which must not keep this process alive.
    this.#handles().forEach((handle) => handle.unref());
  }

  #handles() {
    const { child } = this.running;
    return [child, child.stdout, child.stderr];
  }

  get output() { return this.running.output; }

  /// The payload of the function's answer; a function error comes as {errorType, errorMessage}.
  async invoke(event) {
    const { status, bytes } = await this.running.invoke(event);
    try {
      return JSON.parse(bytes);
    } catch {
      throw new Error(`the emulator answered ${status} ${bytes}\n${this.output}`);
    }
  }

  /// One HTTP request as its caller sees it; like `call` of a server.
  async call(method, path, body, { token, headers = {}, cookies } = {}) {
    const sent = { ...headers };
    if (token) sent.Authorization = `Bearer ${token}`;
    if (body !== undefined && !sent['Content-Type']) sent['Content-Type'] = 'application/json';
    const plain = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const answer = await this.invoke(urlEvent(method, path, { headers: sent, cookies, body: plain ? body : JSON.stringify(body) }));
    if (answer.statusCode === undefined) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}\n${this.output}`);
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
  get log() { return logLines(this.output); }

  async stop(signal = 'SIGTERM') {
    this.#handles().forEach((handle) => handle.ref());
    this.running.child.kill(signal);
    await this.running.ended;
  }
}

/// The function begins with the first event. `settings` is its whole environment.
export async function startLambda(settings) {
  return new Lambda(await startEmulator(binary, {
    AWS_LAMBDA_FUNCTION_NAME: 'voyages', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', ...settings,
  }));
}
