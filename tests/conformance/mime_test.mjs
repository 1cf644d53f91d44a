// The mails that we write mean to Python's `email` package what we meant.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { aMail, readMail, toMime } from '../support/mail.mjs';

const knownHeaders = ['Date', 'From', 'To', 'Subject', 'Message-ID', 'Auto-Submitted', 'MIME-Version', 'Content-Type'];

/// Writes the mail, reads it and asserts what holds for every mail. Returns what was read.
function roundTrip(mail, { longestLine = 80 } = {}) {
  const read = readMail(toMime(mail));
  assert.deepEqual(read.defects, []);
  assert.deepEqual(read.headerDefects, []);
  assert.equal(read.bareLineEnds, 0);
  assert.ok(read.longestLine <= longestLine, `a line of ${read.longestLine} bytes with its end`);
  const expected = [...knownHeaders];
  if (mail.reply_to) expected.push('Reply-To');
  if (mail.unsubscribe_url) expected.push('List-Unsubscribe', 'List-Unsubscribe-Post');
  if (!mail.attachments && (mail.html === '' || mail.text === '')) expected.push('Content-Transfer-Encoding');
  assert.deepEqual(read.headerNames.toSorted(), expected.toSorted());
  return read;
}

test('a plain mail is read as it was written', () => {
  const read = roundTrip(aMail({ reply_to: { name: '', address: 'help@example.com' } }));
  assert.deepEqual(read.from, [{ name: 'Cloud Voyages', address: 'noreply@example.com', defects: [] }]);
  assert.deepEqual(read.to, [{ name: 'Ada', address: 'ada@example.com', defects: [] }]);
  assert.deepEqual(read.replyTo, [{ name: '', address: 'help@example.com', defects: [] }]);
  assert.equal(read.subject, 'Hello');
  assert.equal(read.date, '2026-11-24T08:05:09+00:00');
  assert.equal(read.messageId, '<019ab1c2-0000-7000-8000-000000000001@example.com>');
  assert.equal(read.autoSubmitted, 'auto-generated');
  assert.deepEqual(read.types, ['multipart/alternative', 'text/plain', 'text/html']);
  assert.equal(read.text, 'Hello Ada.\n');
  assert.equal(read.html, '<p>Hello Ada.</p>\n');
  assert.ok(read.isAscii);
});

const subjects = {
  empty: '',
  emoji: '🚀 Your voyage: 👩‍👩‍👧‍👦 boarding now 🛳️',
  '300 characters': 'Your booking was changed and here is the whole story of it '.repeat(6).slice(0, 299) + '.',
  '300 characters without a space': 'x'.repeat(300),
  '300 emoji': '🚀'.repeat(300),
  'right to left': 'שלום עולם — مرحبا بالعالم',
  'combining marks': 'Z̃͗̑a̽͆l̈́g̑o̐ '.repeat(20).trim(),
  'an encoded word': '=?UTF-8?Q?=0D=0ABcc:_eve@example.com?= and =?broken',
  'quotes and specials': '"quoted" <tag> (comment) a@b, c; d: e \\ f',
  'two blanks': 'one  two',
};
for (const [what, subject] of Object.entries(subjects)) {
  test(`a subject survives: ${what}`, () => {
    const read = roundTrip(aMail({ subject }));
    assert.equal(read.subject, subject);
    assert.ok(read.isAscii);
  });
}

const names = [
  '', 'Ada Lovelace', 'Lovelace, Ada', 'Ada "The Countess" Lovelace', 'back\\slash', 'J. R. (Bob) Dobbs', 'a@b.example',
  'Zoë Müller', '山田 太郎', 'مريم', 'שרה', '🚀', 'Ümläut, "Quoted"', 'a  b', `${'Very '.repeat(40)}Long`,
  `${'"'.repeat(50)}`, 'x'.repeat(200), 'Ada <eve@example.com>', '=?UTF-8?B?aGk=?=',
];
for (const name of names) {
  test(`a display name survives: ${name.slice(0, 40)}`, () => {
    const read = roundTrip(aMail({ to: { name, address: 'ada@example.com' } }));
    assert.deepEqual(read.to, [{ name, address: 'ada@example.com', defects: [] }]);
  });
}

test('international domains are ASCII, international local parts stay', () => {
  const idn = roundTrip(aMail({ to: { name: 'Bü', address: 'Ada@Bücher.example' } }));
  assert.deepEqual(idn.to, [{ name: 'Bü', address: 'ada@xn--bcher-kva.example', defects: [] }]);
  assert.ok(idn.isAscii);
  const eai = readMail(toMime(aMail({ to: { name: 'Jörg', address: 'jörg@bücher.example' } })));
  assert.deepEqual(eai.to, [{ name: 'Jörg', address: 'jörg@xn--bcher-kva.example', defects: [] }]);
  assert.ok(!eai.isAscii);
});

const bodies = {
  'long lines without a space': `${'x'.repeat(5000)}\n${'ü'.repeat(3000)}\n${'='.repeat(400)}\n`,
  'leading dots': '.\n..\n...\n. \n.hidden\n',
  'From at the start of a line': 'From here\nFrom  there\n From\nFrom',
  'blanks at ends of lines': 'a \nb\t\n \n\t\n  c  ',
  'no end of line at the end': 'one\ntwo',
  'many ends of line': '\n\n\na\n\n\n',
  'boundaries': '--=_\n--\n----\n--=_x_alternative--\n',
  'four-byte characters': '🚀🛳️👩‍👩‍👧‍👦'.repeat(200),
  'right to left': 'שלום\nمرحبا\u202E\n',
  'every ASCII character but ends of lines': String.fromCharCode(...Array.from({ length: 127 }, (_, i) => i + 1)
    .filter((code) => code !== 10 && code !== 13)),
};
for (const [what, text] of Object.entries(bodies)) {
  test(`both bodies survive: ${what}`, () => {
    const read = roundTrip(aMail({ text, html: `<pre>${text}` }));
    assert.equal(read.text, text);
    assert.equal(read.html, `<pre>${text}`);
  });
}

test('lines may end as they do anywhere', () => {
  assert.equal(roundTrip(aMail({ text: 'a\r\nb\rc\nd' })).text, 'a\nb\nc\nd');
});

test('an empty body is left out', () => {
  assert.deepEqual(roundTrip(aMail({ html: '' })).types, ['text/plain']);
  assert.deepEqual(roundTrip(aMail({ text: '' })).types, ['text/html']);
  const empty = roundTrip(aMail({ text: '', html: '' }));
  assert.deepEqual(empty.types, ['text/plain']);
  assert.equal(empty.text.trim(), '');
});

const breaks = ['\r\n', '\n', '\r', '\r\n\r\n', '\0', '\v', '\f', '\u0085', '\u2028', '\u2029', '\r\n ', '\r\n\t'];
for (const lineBreak of breaks) {
  test(`no field adds a header by ${JSON.stringify(lineBreak)}`, () => {
    const attack = `x${lineBreak}Bcc: eve@example.com${lineBreak}${lineBreak}<script>`;
    const plain = 'x Bcc: eve@example.com <script>';
    const mail = aMail({
      subject: attack, from: { name: attack, address: 'noreply@example.com' },
      to: { name: attack, address: `ada@example.com${lineBreak}Bcc: eve@example.com` },
      reply_to: { name: attack, address: 'help@example.com' }, unsubscribe_url: `https://example.com/${attack}`,
      attachments: [{ filename: attack, content_type: `text/plain${lineBreak}Bcc: eve@example.com`, base64: 'eA==' }],
    });
    const read = roundTrip(mail, { longestLine: 400 });
    assert.equal(read.subject.replaceAll(/ +/g, ' '), plain);
    assert.equal(read.from[0].name.replaceAll(/ +/g, ' '), plain);
    assert.equal(read.from[0].address, 'noreply@example.com');
    assert.deepEqual(read.to.map((to) => to.address), ['not-an-address@invalid.invalid']);
    assert.ok(!/^(bcc|<script)/im.test(read.head), read.head);
    assert.equal(read.attachments[0].filename.replaceAll(/ +/g, ' '), plain);
    assert.match(read.attachments[0].contentType, /^(text\/plain|application\/octet-stream)$/);
  });
}

test('filenames survive', () => {
  const filenames = [
    'report.pdf', 'with blanks.txt', 'Übersicht.csv', '"quoted"; name=evil.exe', '日本語のファイル名.pdf', '🚀.png',
    `${'ein sehr langer Name '.repeat(10)}äöü.txt`, 'x'.repeat(200), "it's 100%.txt", 'back\\slash/and/../dots',
    'صورة.jpg', '*', "UTF-8''x",
  ];
  const attachments = filenames.map((filename) => ({ filename, content_type: 'application/pdf', base64: 'AAEC/w==' }));
  const read = roundTrip(aMail({ attachments }));
  assert.deepEqual(read.attachments.map((attachment) => attachment.filename), filenames);
  assert.deepEqual(read.types.slice(0, 4), ['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/html']);
});

test('an attachment of 5 MB arrives whole', () => {
  const bytes = randomBytes(5 * 1024 * 1024);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const attachments = [
    { filename: 'large.bin', content_type: 'application/x-thing; charset=utf-8', base64: bytes.toString('base64') },
    { filename: 'empty.txt', content_type: 'text/plain', base64: '' },
    { filename: 'mail.eml', content_type: 'message/rfc822', base64: 'eA==' },
  ];
  const [large, empty, mail] = roundTrip(aMail({ attachments })).attachments;
  assert.deepEqual({ ...large }, {
    filename: 'large.bin', contentType: 'application/x-thing', charset: 'utf-8', size: bytes.length, sha256,
  });
  assert.equal(empty.size, 0);
  assert.equal(mail.contentType, 'application/octet-stream');
});

test('bulk mail can be unsubscribed from in one click', () => {
  const url = `https://example.com/unsubscribe?token=${'x'.repeat(40)}`;
  const read = roundTrip(aMail({ unsubscribe_url: url }), { longestLine: 130 }); // a URL cannot be folded
  assert.equal(read.listUnsubscribe, `<${url}>`);
  assert.equal(read.listUnsubscribePost, 'List-Unsubscribe=One-Click');
});
