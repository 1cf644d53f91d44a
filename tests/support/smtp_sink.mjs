// The smallest SMTP server (RFC 5321) that takes every mail and keeps what a test counts by: for loads that would be a
// matter of Exim's speed. Whether what arrives is right is tested with Exim: smtp_server.mjs.
import { createServer } from 'node:net';

class Session {
  #rest = '';
  #inData = false;
  #lines = [];

  constructor(socket, take) {
    socket.setEncoding('latin1').setNoDelay();
    socket.on('error', () => {}); // whoever is killed says no goodbye
    socket.on('data', (text) => {
      const lines = (this.#rest + text).split('\r\n');
      this.#rest = lines.pop();
      const answers = lines.map((line) => (this.#inData ? this.#data(line, take) : this.#command(line)));
      socket.write(answers.join(''));
      if (lines.some((line) => !this.#inData && /^QUIT$/i.test(line))) socket.end();
    });
    socket.write('220 sink.test ESMTP\r\n');
  }

  #command(line) {
    const [verb] = line.toUpperCase().split(/[ :]/);
    if (verb === 'EHLO') return '250-sink.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n';
    if (verb === 'QUIT') return '221 2.0.0 bye\r\n';
    if (verb !== 'DATA') return '250 2.0.0 ok\r\n';
    this.#inData = true;
    this.#lines = [];
    return '354 go ahead\r\n';
  }

  #data(line, take) {
    if (line !== '.') {
      this.#lines.push(line);
      return '';
    }
    this.#inData = false;
    take(this.#lines);
    return '250 2.0.0 taken\r\n';
  }
}

/// Starts it: {url, counts, total(), close()}; `counts` has how often each Message-ID arrived, without its brackets.
export async function startSmtpSink() {
  const counts = new Map();
  let total = 0;
  const take = (lines) => {
    const field = lines.find((line) => /^Message-ID:/i.test(line)) ?? lines.join('\n');
    const id = field.slice(field.indexOf('<') + 1, field.lastIndexOf('>'));
    counts.set(id, (counts.get(id) ?? 0) + 1);
    total += 1;
  };
  const listener = createServer((socket) => new Session(socket, take));
  await new Promise((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  listener.unref();
  return {
    url: `smtp+insecure://127.0.0.1:${listener.address().port}`, counts, total: () => total,
    close: () => listener.close(),
  };
}
