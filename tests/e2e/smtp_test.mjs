// Mail goes to a real SMTP server, or its refusal is understood; what arrived is read by Python's parser.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';

import { aMail, sendMails, toMime } from '../support/mail.mjs';
import { freePort, waitFor } from '../support/server.mjs';
import { password, startSmtpServer, user } from '../support/smtp_server.mjs';

const server = await startSmtpServer();
after(() => server.stop());
const trusted = ['--ca', server.ca];
const to = (name) => ({ name: '', address: `${name}@example.com` });

/// Sends one mail to the server that all tests share. Returns {verdict, text}.
async function send(mail, { url = server.url(), options = trusted } = {}) {
  const [answer] = await sendMails(url, [mail], options);
  assert.ok(answer.text.length > 0 && answer.text.length <= 500, answer.text);
  assert.ok(!answer.text.includes(password) && !/[\r\n]/.test(answer.text), answer.text);
  return answer;
}

/// The mails with this Message-ID, as soon as there is one.
function arrived(messageId) {
  return waitFor(`the mail ${messageId} to arrive`, () => {
    const found = server.messages().filter((mail) => mail.messageId === `<${messageId}>`);
    return found.length > 0 && found;
  });
}

let count = 0;
const freshId = () => `${process.pid}-${++count}@example.com`;

function expectNothingArrived(messageId) {
  assert.ok(!server.rawMessages().some((raw) => raw.includes(messageId)), 'a refused mail arrived');
}

for (const [what, url] of [['STARTTLS', server.url()], ['implicit TLS', server.tlsUrl()]]) {
  test(`a mail arrives whole by ${what} with AUTH`, async () => {
    const id = freshId();
    const text = `.\n..\n.dot\nFrom me\n${'x'.repeat(3000)}\n${'.'.repeat(3000)}\nSchöne Grüße 🚀 שלום\n`;
    const mail = aMail({
      message_id: id, subject: `🚀 Ihre Reise über Köln ${'lang '.repeat(40).trim()}`, text, html: `<pre>${text}</pre>`,
      from: { name: 'Wolken, "Reisen"', address: 'noreply@example.com' }, to: { name: 'Zoë', address: 'zoe@bücher.example' },
      attachments: [{ filename: 'Übersicht.pdf', content_type: 'application/pdf', base64: 'Li4uCi4KLg==' }],
    });
    const answer = await send(mail, { url });
    assert.equal(answer.verdict, 'accepted');
    assert.match(answer.text, /^250 OK/);
    const [read, ...more] = await arrived(id);
    assert.deepEqual(more, []);
    assert.equal(read.subject, mail.subject);
    assert.deepEqual(read.from, [{ ...mail.from, defects: [] }]);
    assert.deepEqual(read.to, [{ name: 'Zoë', address: 'zoe@xn--bcher-kva.example', defects: [] }]);
    assert.equal(read.text, text);
    assert.equal(read.html, `<pre>${text}</pre>`);
    assert.equal(read.attachments[0].filename, 'Übersicht.pdf');
    assert.equal(read.attachments[0].size, 7);
    assert.deepEqual(read.defects, []);
    assert.match(server.log(), new RegExp(`P=[a-z8]*esmtpsa X=TLS1\\.[23].* A=plain:${user}.* id=${id}`));
  });
}

test('the bytes that arrive are the bytes that we wrote', async () => {
  const mail = aMail({ message_id: freshId(), text: '.\n.\n..\n', html: '' });
  await send(mail);
  await arrived(mail.message_id);
  const raw = server.rawMessages().find((bytes) => bytes.includes(mail.message_id)).toString();
  // Exim's own headers come first, and it stores ends of lines as this system does.
  assert.ok(raw.endsWith(toMime(mail).toString().replaceAll('\r\n', '\n')), raw);
});

const refusals = [
  ['later', 'deferred', /^450 4\.2\.0 Come back later/],
  ['greylisted', 'deferred', /^451 4\.7\.1 Greylisted/],
  ['nobody', 'unknown_recipient', /^550 There is no such mailbox/],
  ['gone', 'unknown_recipient', /^550 5\.1\.1 This mailbox is gone: it has been for years$/],
  ['blocked', 'rejected', /^550 5\.7\.1 Blocked by policy/],
  ['policy', 'rejected', /^554 5\.7\.1 We do not like the content/],
];
for (const [name, verdict, text] of refusals) {
  test(`${name}@ is ${verdict}`, async () => {
    const id = freshId();
    const answer = await send(aMail({ message_id: id, to: to(name) }));
    assert.equal(answer.verdict, verdict);
    assert.match(answer.text, text);
    expectNothingArrived(id);
  });
}

test('a sender that the server refuses is our fault, and no address pays for it', async () => {
  const answer = await send(aMail(), { options: [...trusted, '--sender', 'refused@example.com'] });
  assert.equal(answer.verdict, 'rejected');
  assert.match(answer.text, /^550 5\.7\.1 This sender may not/);
});

test('the envelope has the sender that was set', async () => {
  const id = freshId();
  await send(aMail({ message_id: id }), { options: [...trusted, '--sender', 'bounces@example.com', '--hello', 'app.example.com'] });
  await arrived(id);
  assert.match(server.log(), new RegExp(`<= bounces@example.com H=.*app\\.example\\.com.* id=${id}`));
});

for (const [what, url] of [['STARTTLS', server.url()], ['implicit TLS', server.tlsUrl()]]) {
  test(`a certificate that nobody trusts is deferred by ${what}, and nothing is sent`, async () => {
    const id = freshId();
    const answer = await send(aMail({ message_id: id }), { url, options: [] });
    assert.equal(answer.verdict, 'deferred');
    assert.match(answer.text, /certificate/i);
    expectNothingArrived(id);
  });
}

test('a certificate of another host is deferred', async () => {
  // The certificate names localhost and 127.0.0.1; this name resolves to the same machine.
  const answer = await send(aMail(), { url: server.url().replace('localhost', 'other.localhost') });
  assert.equal(answer.verdict, 'deferred');
});

test('a server without STARTTLS is deferred, and hears neither password nor mail', async () => {
  const plain = await startSmtpServer({ starttls: false, requireAuth: false });
  const answer = await send(aMail(), { url: plain.url(), options: ['--ca', plain.ca] });
  assert.equal(answer.verdict, 'deferred');
  assert.deepEqual(plain.rawMessages(), []);
  const [open] = await sendMails(`smtp+insecure://localhost:${plain.port}`, [aMail()]);
  assert.equal(open.verdict, 'accepted');
  await plain.stop();
});

test('a wrong or missing password is deferred: our settings can be mended', async () => {
  for (const who of [`${encodeURIComponent(user)}:wrong-password`, '']) {
    const id = freshId();
    const answer = await send(aMail({ message_id: id }), { url: server.url(who) });
    assert.equal(answer.verdict, 'deferred');
    assert.match(answer.text, /^5\d\d /);
    assert.ok(!answer.text.includes('wrong-password'));
    expectNothingArrived(id);
  }
});

test('a slow server is deferred when the time is up', async () => {
  const start = Date.now();
  const answer = await send(aMail({ to: to('slow') }), { options: [...trusted, '--timeout-ms', '1500'] });
  assert.equal(answer.verdict, 'deferred');
  assert.match(answer.text, /timed out|timeout/i);
  assert.ok(Date.now() - start < 8000, 'it took longer than it was given');
});

test('a closed port and an unknown host are deferred', async () => {
  assert.equal((await send(aMail(), { url: `smtp://localhost:${await freePort()}` })).verdict, 'deferred');
  assert.equal((await send(aMail(), { url: 'smtp://no-such-host.invalid' })).verdict, 'deferred');
});

test('a recipient outside ASCII is sent to a server that can, and refused by us where it cannot', async () => {
  const id = freshId();
  const mail = aMail({ message_id: id, to: { name: 'Jörg', address: 'jörg@bücher.example' } });
  assert.equal((await send(mail)).verdict, 'accepted');
  assert.deepEqual((await arrived(id))[0].to, [{ name: 'Jörg', address: 'jörg@xn--bcher-kva.example', defects: [] }]);

  const old = await startSmtpServer({ smtputf8: false });
  // The second goes after a mail whose connection was kept.
  const answers = await sendMails(old.url(), [mail, aMail(), mail], ['--ca', old.ca]);
  assert.deepEqual(answers.map((answer) => answer.verdict), ['rejected', 'accepted', 'rejected']);
  assert.match(answers[0].text, /SMTPUTF8/);
  assert.ok(!/RCPT|<= .*j/.test(old.log().replaceAll(user, '')));
  await old.stop();
});

test('what is no address is refused by us', async () => {
  const answer = await send(aMail({ to: { name: '', address: 'a@example.com>\r\nRCPT TO:<eve@example.com' } }));
  assert.equal(answer.verdict, 'rejected');
});

test('mails of one thread share a connection; one that the server ended is made anew', async () => {
  const shy = await startSmtpServer({ perConnection: 3 });
  const mails = Array.from({ length: 8 }, () => aMail({ message_id: freshId() }));
  const answers = await sendMails(shy.url(), mails, ['--ca', shy.ca]);
  assert.deepEqual(answers.map((answer) => answer.verdict), mails.map(() => 'accepted'));
  await waitFor('8 mails', () => shy.rawMessages().length === 8);
  const sessions = new Set(shy.log().match(/\[127\.0\.0\.1\]:\d+(?= P=| X=)/g));
  assert.equal(sessions.size, 3, shy.log());
  await shy.stop();
});

test('a connection without work is ended while the program goes on', async () => {
  const quiet = await startSmtpServer();
  let ended = false;
  const sending = sendMails(quiet.url(), [aMail()], ['--ca', quiet.ca, '--idle-ms', '200', '--linger-ms', '3000'])
    .then((answers) => { ended = true; return answers; });
  await waitFor('the good-bye', () => quiet.log().includes('closed by QUIT'));
  assert.ok(!ended, 'the connection ended with the program');
  assert.equal((await sending)[0].verdict, 'accepted');
  await quiet.stop();
});

test('threads send at once', async () => {
  const mails = Array.from({ length: 24 }, () => aMail({ message_id: freshId() }));
  const answers = await sendMails(server.url(), mails, [...trusted, '--threads', '4']);
  assert.ok(answers.every((answer) => answer.verdict === 'accepted'), JSON.stringify(answers));
  await waitFor('24 mails', () => mails.every((mail) => server.log().includes(`id=${mail.message_id}`)));
});

test('a mail of 5 MB arrives', async () => {
  const id = freshId();
  const attachments = [{ filename: 'a.bin', content_type: 'application/x-a', base64: Buffer.alloc(5 << 20, 7).toString('base64') }];
  assert.equal((await send(aMail({ message_id: id, attachments }))).verdict, 'accepted');
  assert.equal((await arrived(id))[0].attachments[0].size, 5 << 20);
});

test('a server that repeats credentials does not get them into our log', async () => {
  // No TLS on this machine: a few lines that play a rude server.
  const rude = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 rude\r\n');
    socket.on('data', (bytes) => {
      const line = bytes.toString();
      if (line.startsWith('EHLO')) socket.write('250-rude\r\n250 AUTH PLAIN\r\n');
      else if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
      else socket.write(`535 5.7.8 you said ${line.trim()}\r\n`);
    });
  });
  await new Promise((resolve) => rude.listen(0, '127.0.0.1', resolve));
  const [answer] = await sendMails(`smtp+insecure://ada:my-password@127.0.0.1:${rude.address().port}`, [aMail()]);
  rude.close();
  assert.equal(answer.verdict, 'deferred');
  assert.ok(!answer.text.includes(Buffer.from('\0ada\0my-password').toString('base64')), answer.text);
});
