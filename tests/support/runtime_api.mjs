// Lambda's side of a function, for tests: the Runtime API and the Extensions API, in this process. Events wait here
// until the function asks for them; what it posts is what `invoke` gives.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

export { urlEvent } from './lambda_events.mjs';

const largestAnswer = 6_291_556;

export class RuntimeApi {
  events = []; // not yet taken
  waiting = null; // the answer to a `next` without an event
  pending = new Map(); // by request id: who waits for the outcome
  extensions = [];
  initError = null;
  asked = 0; // how often `next` was

  async start() {
    this.server = createServer((request, response) => this.#serve(request, response));
    this.server.keepAliveTimeout = 0;
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.address = `127.0.0.1:${this.server.address().port}`;
    return this;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /// {kind: 'response' | 'error', headers, trailers, body}. `payload` is JSON text, or what becomes it.
  invoke(payload, { timeout_ms = 10_000, id = randomUUID(), traceId = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' } = {}) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    this.events.push({ id, traceId, body, deadline: Date.now() + timeout_ms });
    const outcome = new Promise((resolve) => { this.pending.set(id, resolve); });
    this.#hand();
    return outcome;
  }

  #hand() {
    if (!this.waiting || this.events.length === 0) return;
    const event = this.events.shift();
    this.waiting.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': event.id,
      'Lambda-Runtime-Deadline-Ms': String(event.deadline),
      'Lambda-Runtime-Trace-Id': event.traceId,
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-central-1:123456789012:function:probe',
    });
    this.waiting.end(event.body);
    this.waiting = null;
  }

  #serve(request, response) {
    if (request.url === '/2018-06-01/runtime/invocation/next') {
      this.asked += 1;
      this.waiting = response;
      response.on('close', () => { if (this.waiting === response) this.waiting = null; });
      this.#hand();
      return;
    }
    if (request.url === '/2020-01-01/extension/event/next') return; // an extension of no events waits for ever
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => this.#post(request, response, Buffer.concat(chunks)));
    request.on('error', () => {});
  }

  #post(request, response, body) {
    const reply = (status, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end('{}');
    };
    if (request.url === '/2020-01-01/extension/register') {
      this.extensions.push({ name: request.headers['lambda-extension-name'], ...JSON.parse(body) });
      return reply(200, { 'Lambda-Extension-Identifier': randomUUID() });
    }
    if (request.url === '/2018-06-01/runtime/init/error') {
      this.initError = { type: request.headers['lambda-runtime-function-error-type'], ...JSON.parse(body) };
      return reply(202);
    }
    const [, id, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(request.url) ?? [];
    const resolve = this.pending.get(id);
    if (!resolve) return reply(400);
    const streams = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
    if (kind === 'response' && !streams && body.length > largestAnswer) return reply(413);
    this.pending.delete(id);
    reply(202);
    return resolve({ kind, headers: request.headers, trailers: request.trailers, body });
  }
}
