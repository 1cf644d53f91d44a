// The mail service as its callers meet it: the real program sends to a real SMTP server, and Python's parser reads what
// arrived. The server takes mail in plain here but for one test; TLS and passwords are the matter of smtp_test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { fakeClock } from '../support/faketime.mjs';
import { goodPassword, run, startServer, temporaryFolder, waitFor } from '../support/server.mjs';
import { startSmtpServer, user } from '../support/smtp_server.mjs';

const news = { title: 'News', body: 'It is here.\nAll of it.' };
const newPassword = 'another horse, another staple';
let smtp;
let mailSettings;
let server;
let token;

before(async () => {
  smtp = await startSmtpServer({ requireAuth: false, starttls: false });
  const data = `${temporaryFolder()}/data`;
  const added = await run(['user', 'add', 'owner@example.com', '--role', 'owner', '--password-stdin', '--data', data],
    { input: goodPassword });
  assert.equal(added.code, 0, added.stderr);
  mailSettings = { VOYAGES_SMTP_URL: `smtp+insecure://localhost:${smtp.port}`, VOYAGES_MAIL_FROM: 'Clouds <noreply@example.com>' };
  server = await startServer({ data, settings: mailSettings });
  token = (await server.login('owner@example.com')).access_token;
});

after(async () => {
  assert.equal((await server.stop()).code, 0);
  assert.doesNotMatch(server.stderr, /"level":"error"/);
  await smtp.stop();
});

const to = (name) => `${name}@example.com`;
const mailsTo = (name) => smtp.messages().filter((mail) => mail.to[0].address === to(name));
const arrived = (name, pattern) => waitFor(`a mail to ${name} with ${pattern}`,
  () => mailsTo(name).find((mail) => pattern.test(mail.subject)));

/// POST /emails; returns the answer's body.
async function queue(mail) {
  const answer = await server.post('/emails', mail, { token });
  assert.equal(answer.status, 202, answer.text);
  return answer.body;
}

async function find(id) {
  const { status, text, body } = await server.get(`/emails/${id}`, { token });
  assert.equal(status, 200, text);
  return body;
}

function reached(id, status) {
  return waitFor(`${id} to be ${status}`, async () => {
    const mail = await find(id);
    return mail.status === status && mail;
  });
}

const eventsOf = (mail) => mail.events.map(({ event }) => event);

describe('our own mail', () => {
  const links = (mail) => mail.text.match(/http:\S+#token=[\w.-]+/g) ?? [];

  test('a forgotten password is replaced through the link that arrived, and its owner is told', async () => {
    await server.register(to('ada'));
    const verify = await arrived('ada', /Confirm your address/);
    assert.deepEqual(verify.types, ['multipart/alternative', 'text/plain', 'text/html']);
    assert.deepEqual([...verify.defects, ...verify.headerDefects], []);
    assert.deepEqual(verify.from, [{ name: 'Clouds', address: 'noreply@example.com', defects: [] }]);
    assert.equal(verify.autoSubmitted, 'auto-generated');
    assert.equal(verify.listUnsubscribe, null);
    const verified = await server.post('/auth/verify-email', { token: links(verify)[0].split('token=')[1] });
    assert.ok(verified.status < 300, verified.text);

    await server.post('/auth/forgot-password', { email: to('ada') });
    const reset = await arrived('ada', /new password/);
    const [link] = links(reset);
    assert.equal(new URL(link).pathname, '/reset-password');
    assert.ok(reset.html.includes(link), 'the HTML part has another link');
    const answer = await server.post('/auth/reset-password', { token: link.split('token=')[1], password: newPassword });
    assert.ok(answer.status < 300, answer.text);
    const { user } = await server.login(to('ada'), newPassword);
    assert.equal(user.email_verified, true);
    await arrived('ada', /Your password was changed/);
  });

  test('a sign-in from a new device is told, with its address', async () => {
    await server.register(to('grace'));
    await arrived('grace', /Confirm your address/);
    assert.equal((await server.stop()).code, 0);
    // Somebody who made the account this very hour is expected to sign in.
    const settings = { ...mailSettings, ...fakeClock({ FAKETIME: '+2h' }) };
    const later = await startServer({ data: server.data, port: server.port, settings });
    await later.login(to('grace'));
    assert.match((await arrived('grace', /New sign-in/)).text, /127\.0\.0\.1|::1/);
    assert.equal((await later.stop()).code, 0);
    server = await startServer({ data: server.data, port: server.port, settings: mailSettings });
  });

  test('who has no account gets no mail', async () => {
    assert.ok((await server.post('/auth/forgot-password', { email: to('stranger') })).status < 300);
    await sleep(500);
    assert.deepEqual(mailsTo('stranger'), []);
  });
});

describe('bad input is refused with the name of the field, and nothing is queued', () => {
  const good = { to: to('never'), template: 'announcement', params: news };
  const breaks = '\r\nBcc: victim@example.com';
  const file = { filename: 'a.txt', content_type: 'text/plain', content: 'aGk=' };
  const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  const cases = {
    'no address': [{ to: 'ada' }, 'to'],
    'two addresses': [{ to: 'a@example.com, b@example.com' }, 'to'],
    'an address with a name': [{ to: 'Ada <ada@example.com>' }, 'to'],
    'line breaks in the address': [{ to: to('never') + breaks }, 'to'],
    'line breaks before the domain': [{ to: `never${breaks}@example.com` }, 'to'],
    'line breaks in the template': [{ template: `announcement${breaks}` }, 'template'],
    'line breaks in what the subject shows': [{ params: { ...news, title: `News${breaks}` } }, 'params.title'],
    'a lone line feed there': [{ params: { ...news, title: 'News\nBcc: victim@example.com' } }, 'params.title'],
    'line breaks in an optional part of the subject':
      [{ template: 'message_received', params: { url: 'https://example.com/', from: `Ada${breaks}` } }, 'params.from'],
    'line breaks in a link': [{ params: { ...news, url: `https://example.com/${breaks}` } }, 'params.url'],
    'line breaks in a file name': [{ attachments: [{ ...file, filename: `a${breaks}.txt` }] }, 'attachments[0].filename'],
    'line breaks in a media type': [{ attachments: [{ ...file, content_type: `text/plain${breaks}` }] }, 'attachments[0].content_type'],
    'line breaks in base64': [{ attachments: [{ ...file, content: 'aG\r\nk=' }] }, 'attachments[0].content'],
    'line breaks in the idempotency key': [{ idempotency_key: `key${breaks}` }, 'idempotency_key'],
    'line breaks in the locale': [{ locale: `en${breaks}` }, 'locale'],
    'an unknown template': [{ template: 'no_such_template' }, 'template'],
    'a template by path': [{ template: '../../etc/passwd' }, 'template'],
    'a missing parameter': [{ params: { title: 'News' } }, 'params.body'],
    'an empty parameter': [{ params: { title: 'News', body: ' ' } }, 'params.body'],
    'a misspelt parameter': [{ params: { ...news, titel: 'News' } }, 'params.titel'],
    'a parameter of another type': [{ params: { title: 7, body: 'It is here.' } }, 'params.title'],
    'parameters that are no object': [{ params: [] }, 'params'],
    'a script as a link': [{ params: { ...news, url: 'javascript:alert(1)' } }, 'params.url'],
    'a long parameter': [{ params: { ...news, body: 'x'.repeat(20_000) } }, 'params.body'],
    'large parameters': [{ params: { ...news, body: 'x'.repeat(600_000) } }, 'params'],
    'a time that is over': [{ send_at: '2020-01-01T00:00:00Z' }, 'send_at'],
    'a time in two years': [{ send_at: inDays(730) }, 'send_at'],
    'a time that is none': [{ send_at: 'tomorrow' }, 'send_at'],
    'a time out of any calendar': [{ send_at: '99999-01-01T00:00:00Z' }, 'send_at'],
    'a member that nobody knows': [{ bcc: 'victim@example.com' }, 'bcc'],
  };
  for (const [what, [change, field]] of Object.entries(cases)) {
    test(what, async () => {
      const { status, body, text } = await server.post('/emails', { ...good, ...change }, { token });
      assert.ok(status >= 400 && status < 500, `${status} ${text}`);
      assert.ok(body.errors?.some((error) => error.field === field), text);
    });
  }

  test('parameters of 10 MB', async () => {
    const answer = await server.post('/emails', { ...good, params: { ...news, body: 'x'.repeat(10_000_000) } }, { token });
    assert.equal(answer.status, 413, answer.text);
  });

  test('nobody signed in, and somebody without the role', async () => {
    assert.equal((await server.post('/emails', good)).status, 401);
    await server.register(to('nobody-special'));
    const { access_token } = await server.login(to('nobody-special'));
    assert.equal((await server.post('/emails', good, { token: access_token })).status, 403);
  });

  test('an idempotency key stands for one mail', async () => {
    const mail = { to: to('once'), template: 'welcome', params: { url: 'https://example.com/' }, idempotency_key: 'order 7' };
    const templates = (await server.get('/email-templates', { token })).body.items;
    const { parameters } = templates.find(({ name }) => name === mail.template);
    mail.params = Object.fromEntries(parameters.filter(({ required }) => required).map(({ name, example }) => [name, example]));
    const first = await queue(mail);
    const again = await Promise.all(Array.from({ length: 5 }, () => queue(mail)));
    assert.deepEqual([...new Set(again.map(({ id }) => id))], [first.id]);
    const other = await server.post('/emails', { ...mail, to: to('never') }, { token });
    assert.equal(other.status, 409, other.text);
    assert.equal(other.body.code, 'idempotency_key_reused');
    assert.match(other.body.detail, /idempotency_key/);
    await reached(first.id, 'SENT');
    await arrived('once', /./); // exim says yes before it has delivered
    assert.equal(mailsTo('once').length, 1);
  });

  test('after all of that', async () => {
    const { body } = await server.get(`/emails?to=${to('never')}`, { token });
    assert.deepEqual(body.items, []);
    const all = (await server.get('/emails?limit=200', { token })).body.items;
    assert.deepEqual(all.filter((mail) => /never|victim/.test(mail.to)), []);
    assert.doesNotMatch(smtp.rawMessages().join('\n'), /victim|never@/);
  });
});

describe('a mail', () => {
  test('that is scheduled arrives at its time and not before', async () => {
    const at = Date.now() + 3000;
    const { id, status } = await queue({ to: to('later-today'), template: 'announcement', params: news, send_at: new Date(at).toISOString() });
    assert.equal(status, 'QUEUED');
    await sleep(2000);
    assert.equal((await find(id)).status, 'QUEUED');
    assert.deepEqual(mailsTo('later-today'), []);
    const sent = await reached(id, 'SENT');
    // The queue's clock and a worker's may differ by two seconds, and here they are the same clock.
    assert.ok(Date.parse(sent.sent_at) >= at - 100, `${sent.sent_at} is before ${new Date(at).toISOString()}`);
    assert.deepEqual(eventsOf(sent), ['queued', 'trying', 'accepted']);
    assert.match(sent.events.at(-1).detail, /^250 OK id=/);
    const mail = await arrived('later-today', /^News$/);
    assert.equal(mail.messageId.slice(1, 37), id);
    assert.match(mail.text, /It is here\.\nAll of it\./);
  });

  test('that is cancelled never arrives', async () => {
    const send_at = new Date(Date.now() + 2000).toISOString();
    const { id } = await queue({ to: to('cancelled'), template: 'announcement', params: news, send_at });
    assert.equal((await server.call('DELETE', `/emails/${id}`, undefined, { token })).status, 204);
    assert.equal((await find(id)).status, 'CANCELLED');
    assert.equal((await server.call('DELETE', `/emails/${id}`, undefined, { token })).status, 409);
    await sleep(3500);
    assert.equal((await find(id)).status, 'CANCELLED');
    assert.deepEqual(mailsTo('cancelled'), []);
  });

  test('that the server puts off is tried again', async () => {
    const { id } = await queue({ to: to('later'), template: 'announcement', params: news });
    const mail = await reached(id, 'RETRYING');
    assert.deepEqual(eventsOf(mail), ['queued', 'trying', 'deferred']);
    assert.match(mail.events.at(-1).detail, /^450 4\.2\.0 Come back later/);
    assert.ok(Date.parse(mail.due_at) > Date.now(), mail.due_at);
    await waitFor('the second try', async () => {
      const { attempts, status } = await find(id);
      return attempts === 2 && status === 'RETRYING';
    }, 20_000);
    assert.equal((await server.call('DELETE', `/emails/${id}`, undefined, { token })).status, 204);
  });

  test('to a mailbox that does not exist fails, and stops all mail to it until somebody says otherwise', async () => {
    const bounced = await queue({ to: to('gone'), template: 'announcement', params: news });
    const failed = await reached(bounced.id, 'FAILED');
    assert.deepEqual(eventsOf(failed), ['queued', 'trying', 'bounced']);
    assert.match(failed.events.at(-1).detail, /^550 5\.1\.1/);

    const next = await queue({ to: 'Gone@EXAMPLE.com', template: 'message_received', params: { url: 'https://example.com/' } });
    const suppressed = await reached(next.id, 'SUPPRESSED');
    assert.equal(suppressed.events.at(-1).detail, 'HARD_BOUNCE');
    const { items } = (await server.get('/email-suppressions', { token })).body;
    assert.deepEqual(items.filter(({ email }) => email === to('gone')).map(({ stream }) => stream).sort(), ['BULK', 'TRANSACTIONAL']);

    for (const stream of ['BULK', 'TRANSACTIONAL']) {
      const path = `/email-suppressions/${stream}/${encodeURIComponent(to('gone'))}`;
      assert.equal((await server.call('DELETE', path, undefined, { token })).status, 204);
      assert.equal((await server.call('DELETE', path, undefined, { token })).status, 404);
    }
    const retried = await server.post(`/emails/${bounced.id}/retry`, undefined, { token });
    assert.equal(retried.status, 202, retried.text);
    const again = await waitFor('the second failure', async () => {
      const mail = await find(bounced.id);
      return mail.status === 'FAILED' && eventsOf(mail).filter((event) => event === 'bounced').length === 2 && mail;
    });
    assert.deepEqual(eventsOf(again), ['queued', 'trying', 'bounced', 'queued', 'trying', 'bounced']);
    assert.equal((await server.post(`/emails/${next.id}/retry`, undefined, { token })).status, 409);
  });

  test('that is refused for what it says fails without harm to the address', async () => {
    const { id } = await queue({ to: to('policy'), template: 'announcement', params: news });
    const failed = await reached(id, 'FAILED');
    assert.equal(eventsOf(failed).at(-1), 'rejected');
    assert.match(failed.events.at(-1).detail, /^554 5\.7\.1/);
    const { items } = (await server.get('/email-suppressions', { token })).body;
    assert.deepEqual(items.filter(({ email }) => email === to('policy')), []);
  });
});

test('one click ends the news and nothing else', async () => {
  const first = await queue({ to: to('reader'), template: 'announcement', params: news });
  await reached(first.id, 'SENT');
  const mail = await arrived('reader', /^News$/);
  assert.equal(mail.listUnsubscribePost, 'List-Unsubscribe=One-Click');
  const [, url] = mail.listUnsubscribe.match(/^<(http:\/\/[^>]+)>$/);
  const click = await fetch(url, {
    method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.ok(click.ok, `${click.status} ${await click.text()}`);
  const second = await queue({ to: to('reader'), template: 'announcement', params: news });
  assert.equal((await reached(second.id, 'SUPPRESSED')).events.at(-1).detail, 'UNSUBSCRIBED');
  const personal = await queue({ to: to('reader'), template: 'message_received', params: { url: 'https://example.com/m/7' } });
  await reached(personal.id, 'SENT');
  assert.equal((await arrived('reader', /new message/)).listUnsubscribe, null);
  assert.equal(mailsTo('reader').length, 2);
  const forged = await server.post('/unsubscribe/AAAA', '', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal(forged.status, 400, forged.text);
});

test('mail leaves over TLS with a password, from a program that calls itself by its public name', async () => {
  const guarded = await startSmtpServer();
  const settings = {
    VOYAGES_SMTP_URL: guarded.url(), SSL_CERT_FILE: guarded.ca, VOYAGES_PUBLIC_URL: 'https://id.example.com',
  };
  const other = await startServer({ settings });
  await other.register('ada@example.com');
  const [mail] = await waitFor('the mail', () => guarded.messages().length > 0 && guarded.messages());
  assert.equal(mail.to[0].address, 'ada@example.com');
  assert.match(guarded.log(), new RegExp(`H=\\S* ?\\(?id\\.example\\.com\\)? .*P=[a-z8]*esmtpsa X=TLS1\\.[23].* A=plain:${user}`));
  assert.equal((await other.stop()).code, 0);
  await guarded.stop();
});
