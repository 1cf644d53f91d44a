// A real SMTP server on this machine: Debian's exim4, run by a user without rights, in a folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { readMail } from './mail.mjs';
import { atExit, freePort, temporaryFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';

const exim = '/usr/sbin/exim4';
const nobody = 65534;
const isRoot = process.getuid() === 0;
const [uid, gid] = isRoot ? [nobody, nobody] : [process.getuid(), process.getgid()];

export const user = 'ada@example.com';
export const password = 'correct: horse/battery@staple %41';

// What the server does is in the recipient's local part; everybody else's mail arrives.
//   later: 450   nobody, gone: 550 and 550 5.1.1   blocked: 550 5.7.1   policy: 554 5.7.1 after the mail
//   slow: answers after 20 s   greylisted: 451 after the mail
function configuration({ folder, port, tlsPort, requireAuth, smtputf8, starttls, perConnection }) {
  const toUser = (name) => `local_parts = ${name}`;
  // Doubled for Exim's own expansion; the colon is safe in eq.
  const secret = password.replaceAll('\\', '\\\\').replaceAll('$', '\\$');
  return `
exim_user = ${uid}
exim_group = ${gid}
deliver_drop_privilege = true
spool_directory = ${folder}/spool
log_file_path = ${folder}/log-%slog
pid_file_path = ${folder}/exim.pid
primary_hostname = mail.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port} : ${tlsPort}
tls_on_connect_ports = ${tlsPort}
tls_advertise_hosts = ${starttls ? '*' : ''}
tls_certificate = ${folder}/server.pem
tls_privatekey = ${folder}/server.key
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
smtputf8_advertise_hosts = ${smtputf8 ? '*' : ''}
smtp_accept_max_per_connection = ${perConnection}
message_size_limit = 20M
smtp_accept_max = 50
smtp_accept_queue_per_connection = 0
host_lookup =
rfc1413_hosts =
helo_allow_chars = _
keep_environment =
log_selector = +smtp_connection +incoming_port
domainlist local_domains = *
acl_smtp_mail = check_sender
acl_smtp_rcpt = check_recipient
acl_smtp_data = check_data

begin acl

check_sender:
${requireAuth ? "  deny !authenticated = *\n    message = 530 5.7.0 Authentication required\n" : ''}  deny senders = refused@example.com
    message = 550 5.7.1 This sender may not
  accept

check_recipient:
  defer ${toUser('later')}
    message = 450 4.2.0 Come back later
  deny ${toUser('nobody')}
    message = 550 There is no such mailbox
  deny ${toUser('gone')}
    message = 550 5.1.1 This mailbox is gone:\\nit has been for years
  deny ${toUser('blocked')}
    message = 550 5.7.1 Blocked by policy
  accept ${toUser('slow')}
    delay = 20s
  accept

check_data:
  deny condition = \${if match{$recipients}{policy@}}
    message = 554 5.7.1 We do not like the content
  defer condition = \${if match{$recipients}{greylisted@}}
    message = 451 4.7.1 Greylisted
  accept

begin routers

everybody:
  driver = accept
  transport = into_files

begin transports

into_files:
  driver = appendfile
  directory = ${folder}/inbox
  maildir_format
  create_directory
  return_path_add
  envelope_to_add
  user = ${uid}
  group = ${gid}

begin retry

* * F,1h,1m

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user}}}{eq{$auth3}{${secret}}}}}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = \${if and{{eq{$auth1}{${user}}}{eq{$auth2}{${secret}}}}}
  server_set_id = $auth1
`;
}

/// A certificate for localhost and 127.0.0.1, signed by an authority of its own: ca.pem, server.pem, server.key.
function makeCertificate(folder) {
  const subject = ['-subj', '/CN=Test authority'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  for (const args of [
    ['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', ...subject],
    ['req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost'],
    ['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'server.pem',
      '-days', '2', '-extfile', 'names'],
  ]) {
    const result = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (result.error || result.status !== 0) skipTest(`openssl cannot make a certificate: ${result.error ?? result.stderr}`);
  }
}

async function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

function prepareFolder(options) {
  const folder = temporaryFolder();
  makeCertificate(folder);
  const file = join(folder, 'exim.conf');
  writeFileSync(file, configuration({ folder, ...options }));
  mkdirSync(join(folder, 'spool'));
  if (isRoot) ['', 'spool', 'server.key', 'server.pem', 'exim.conf'].forEach((name) => chownSync(join(folder, name), uid, gid));
  return { folder, file };
}

/// Starts the server: {host, port, tlsPort, ca, folder, url(), tlsUrl(), log(), messages(), stop()}. AUTH is required and
/// offered under TLS alone, unless `requireAuth` is false.
export async function startSmtpServer({ requireAuth = true, smtputf8 = true, starttls = true, perConnection = 1000 } = {}) {
  if (!existsSync(exim)) skipTest('exim4 is not installed: run ./test, or apt install exim4-daemon-light');
  const port = await freePort();
  const tlsPort = await freePort();
  const { folder, file } = prepareFolder({ port, tlsPort, requireAuth, smtputf8, starttls, perConnection });
  // Exim is setuid root: without new privileges it stays whom we make it.
  const identity = isRoot ? [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
  const child = spawn('setpriv', ['--no-new-privs', ...identity, exim, '-C', file, '-bdf', '-odi'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  const end = new Promise((resolve) => child.on('close', () => { ended = true; resolve(); }));
  // With the processes that it has started, one a connection: they share its process group.
  const kill = (signal) => { try { process.kill(-child.pid, signal); } catch (error) { if (error.code !== 'ESRCH') throw error; } };
  atExit(() => kill('SIGKILL'));

  const readLog = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const log = () => readLog('log-mainlog') + readLog('log-rejectlog') + readLog('log-paniclog');
  await waitFor('exim to listen', async () => {
    if (ended) throw new Error(`exim ended: ${output}${log()}`);
    return await answers(port) && await answers(tlsPort);
  });
  child.unref();
  [child.stdout, child.stderr].forEach((stream) => stream.unref());

  const inbox = join(folder, 'inbox/new');
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    host: 'localhost', port, tlsPort, folder, ca: join(folder, 'ca.pem'), log,
    url: (who = credentials) => `smtp://${who ? `${who}@` : ''}localhost:${port}`,
    tlsUrl: (who = credentials) => `smtps://${who ? `${who}@` : ''}localhost:${tlsPort}`,
    /// The bytes of what has arrived, in the order of arrival.
    rawMessages: () => (existsSync(inbox) ? readdirSync(inbox).toSorted().map((name) => readFileSync(join(inbox, name))) : []),
    /// What has arrived, as Python's parser reads it.
    messages() { return this.rawMessages().map(readMail); },
    async stop() {
      [child, child.stdout, child.stderr].forEach((handle) => handle.ref());
      kill('SIGTERM');
      await end;
    },
  };
}
