// Stands before an emulator of DynamoDB and breaks what it is told to: throttling, errors, cut connections, wrong
// checksums, a clock that is far from the program's.
import { Agent, createServer, request as httpRequest } from 'node:http';

export const errorAnswer = (status, code, message = '', headers = {}) => ({
  status, headers, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }),
});

const clockTolerance_ms = 300_000;

export class FaultProxy {
  /// What each call meets: nothing, an answer as errorAnswer makes it, or the name of a fault: 'cut', 'cut answer',
  /// 'wrong checksum'. Or a function that says so for the call of this name and its how-manieth this is, from 0.
  fault = null;
  clockAhead_ms = 0; // of this machine's
  calls = []; // by name

  async start(target) {
    const { hostname, port } = new URL(target);
    Object.assign(this, { hostname, port, agent: new Agent({ keepAlive: true }) });
    this.server = createServer((incoming, outgoing) => this.#serve(incoming, outgoing));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.endpoint = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async stop() {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async during(fault, work) {
    this.fault = fault;
    this.calls = [];
    try {
      return await work();
    } finally {
      this.fault = null;
    }
  }

  // As AWS does with a signature of another time, which it dates by a clock of its own.
  #refusalOfTime(headers) {
    const now = Date.now() + this.clockAhead_ms;
    const signed = headers['x-amz-date'].replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
    if (Math.abs(Date.parse(signed) - now) <= clockTolerance_ms) return null;
    return errorAnswer(400, 'InvalidSignatureException', `Signature expired: ${headers['x-amz-date']} is now earlier than it may be`,
      { Date: new Date(now).toUTCString() });
  }

  #serve(incoming, outgoing) {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const name = (incoming.headers['x-amz-target'] ?? '').split('.').pop();
      const before = this.calls.filter((call) => call === name).length;
      const fault = typeof this.fault === 'function' ? this.fault(name, before) : this.fault;
      this.calls.push(name);
      if (fault === 'cut') return outgoing.destroy();
      const answer = fault?.status ? fault : this.#refusalOfTime(incoming.headers);
      const type = { 'Content-Type': 'application/x-amz-json-1.0' };
      if (answer) return outgoing.writeHead(answer.status, { ...type, ...answer.headers }).end(answer.body);
      return this.#forward(incoming, Buffer.concat(chunks), outgoing, fault);
    });
  }

  #forward({ method, url, headers }, body, outgoing, fault) {
    const forwarded = httpRequest({ hostname: this.hostname, port: this.port, method, path: url, headers, agent: this.agent });
    forwarded.on('error', () => outgoing.destroy()).end(body).on('response', (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part)).on('end', () => {
        const whole = Buffer.concat(parts);
        const { 'transfer-encoding': ignored, ...kept } = answer.headers;
        if (fault === 'wrong checksum') kept['x-amz-crc32'] = '1';
        outgoing.writeHead(answer.statusCode, { ...kept, 'content-length': whole.length });
        if (fault !== 'cut answer') return outgoing.end(whole);
        return outgoing.write(whole.subarray(0, whole.length - 1), () => outgoing.destroy());
      });
    });
  }
}
