// Mails for tests: written by the program's own code through build/…/tests/mail_probe, read back by Python's parser.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { outputFolder, sourceFolder } from './server.mjs';
import { skipTest } from './skip.mjs';

export const probe = process.env.VOYAGES_MAIL_PROBE ?? join(outputFolder, 'mail_probe');

const limits = { maxBuffer: 64 * 1024 * 1024 };

/// A mail as tests/email/mail_probe.cpp reads it; `changes` replace whole fields.
export function aMail(changes = {}) {
  return {
    message_id: '019ab1c2-0000-7000-8000-000000000001@example.com', date: '2026-11-24T08:05:09.000Z',
    from: { name: 'Cloud Voyages', address: 'noreply@example.com' }, to: { name: 'Ada', address: 'ada@example.com' },
    subject: 'Hello', text: 'Hello Ada.\n', html: '<p>Hello Ada.</p>\n', ...changes,
  };
}

/// The mail's bytes, as they would go over the wire.
export function toMime(mail) {
  const result = spawnSync(probe, ['mime'], { input: JSON.stringify(mail), ...limits });
  if (result.error || result.status !== 0) throw new Error(`mail_probe: ${result.error ?? result.stderr}`);
  return result.stdout;
}

/// Sends mails one after the other over one transport. `options` are mail_probe's. Returns the answers.
export async function sendMails(url, mails, options = []) {
  const child = spawn(probe, ['send', url, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  child.stdin.end(mails.map((mail) => `${JSON.stringify(mail)}\n`).join(''));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`mail_probe ended with ${code}: ${output.stderr}`);
  return output.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/// What Python's `email` package makes of a mail's bytes: see read_mail.py.
export function readMail(bytes) {
  const result = spawnSync('python3', [join(sourceFolder, 'tests/support/read_mail.py')], { input: bytes, ...limits });
  if (result.error?.code === 'ENOENT') return skipTest('python3 is not installed: run ./test');
  if (result.error || result.status !== 0) throw new Error(`read_mail.py: ${result.error ?? result.stderr}`);
  return JSON.parse(result.stdout);
}
