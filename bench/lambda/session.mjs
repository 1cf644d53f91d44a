// One life of a Lambda function, timed by start_probe.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { sourceFolder } from '../../tests/support/server.mjs';

const probe = join(sourceFolder, 'build/bench/bench/start_probe');

/// `lambda`: see functions.mjs. `cold`: its files are evicted from the page cache first. The function is started when
/// the first event is known, so that this event waits for it.
export class Session {
  #child; #lines; #ended; #errors = ''; #name;

  constructor(lambda, { cold = false, environment = {} } = {}) {
    this.#name = lambda.name;
    this.#child = spawn(probe, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.#errors += text; });
    this.#child.stdin.on('error', () => {}); // told by the end of its output
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#write({
      command: lambda.command, folder: lambda.folder, environment: { ...lambda.environment, ...environment },
      log: lambda.log, evict: cold ? lambda.files : [], timeout_ms: 30_000,
    });
  }

  #write(object) { this.#child.stdin.write(`${JSON.stringify(object)}\n`); }

  async #read() {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    await this.#ended;
    throw new Error(`${this.#name}: ${this.#errors.trim() || 'the probe ended'}`);
  }

  /// {took_ms: [milliseconds of each], response: the last one's text}
  async send(event, times = 1) {
    this.#write({ event, times });
    return this.#read();
  }

  /// What the whole life was like: {first_next_ms, first_response_ms, peak_mb, cpu_ms, pages, pages_left, …}
  async end() {
    this.#child.stdin.end();
    const summary = await this.#read();
    await this.#ended;
    return summary;
  }
}
