// Sites that let their visitors sign in with us: what docs/integrate/ shows, run as it is printed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { atExit, binary, goodPassword, readSource, run, sourceFolder, temporaryFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';

/// The `index`th block of code in that language on a page of docs/integrate/, with each key of `changes` replaced by
/// its value; it must be there, so that the page and its test cannot drift apart.
export function shown(page, language, changes = {}, index = 0) {
  const blocks = [...readSource(`docs/integrate/${page}`).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, each]) => each === language);
  let code = blocks[index]?.[2];
  if (code === undefined) throw new Error(`${page} has no block ${index} of ${language}`);
  for (const [from, to] of Object.entries(changes)) {
    if (!code.includes(from)) throw new Error(`${page} shows no ${from}`);
    code = code.replaceAll(from, to);
  }
  return code;
}

/// Where our own pages stand.
export function hostedPaths() {
  const paths = [...readSource('frontend/src/pages.ts').matchAll(/^ {2}'(\/[\w-]+)':/gm)].map(([, path]) => path);
  if (!paths.includes('/login')) throw new Error('frontend/src/pages.ts names no pages');
  return paths;
}

/// A folder with these files, in which the tests' npm packages are found.
export function siteFolder(files) {
  const folder = temporaryFolder();
  symlinkSync(join(sourceFolder, 'tests/node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function credentials({ code, stdout, stderr }) {
  if (code !== 0) throw new Error(`client add: ${stderr}`);
  const [, CLIENT_ID] = stdout.match(/^client_id=(.+)$/m);
  return { CLIENT_ID, CLIENT_SECRET: stdout.match(/^client_secret=(.+)$/m)?.[1] ?? '' };
}

/// Registers a client as an operator does: {CLIENT_ID, CLIENT_SECRET}.
export async function addClient(server, name, options) {
  return credentials(await run(['client', 'add', name, ...options, '--data', server.data]));
}

/// The same by the command that a page of docs/integrate/ shows, changed as by `shown`.
export function addClientAsShown(server, page, changes) {
  const command = shown(page, 'sh', changes).match(/^voyages client add (?:.*\\\n)*.*$/m)[0];
  const result = spawnSync('bash', ['-c', `voyages() { "$0" "$@" --data "$DATA"; }; ${command}`, binary],
    { cwd: temporaryFolder(), encoding: 'utf8', env: { PATH: process.env.PATH, DATA: server.data } });
  return credentials({ ...result, code: result.status });
}

/// Runs a site's program until the test ends, and waits until it answers at `url`. `output()` is what it said.
export async function startSite(url, [file, ...args], { env = {}, cwd, timeout_ms } = {}) {
  const child = spawn(file, args, {
    cwd, env: { PATH: `${process.env.PATH}:/usr/sbin`, HOME: temporaryFolder(), ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let end;
  child.on('error', (error) => { end = error; });
  child.on('exit', (code, signal) => { end = code ?? signal; });
  [child.stdout, child.stderr].forEach((stream) => stream.setEncoding('utf8').on('data', (text) => { output += text; }).unref());
  child.unref();
  atExit(() => child.kill('SIGKILL'));
  await waitFor(`${file} to answer`, () => {
    if (end?.code === 'ENOENT') skipTest(`${file} is not installed: run ./test, which installs it`);
    if (end !== undefined) throw new Error(`${file} ended with ${end}: ${output}`);
    return fetch(url, { redirect: 'manual' }).then(() => true, () => false);
  }, timeout_ms);
  return { child, output: () => output };
}

export const signInPage = /\/login(\?|$)/;

/// Signs in on our hosted page, where `page` has arrived.
export async function signIn(page, email, password = goodPassword) {
  await page.waitForURL(signInPage);
  await page.getByLabel(/e-mail/i).fill(email);
  await page.getByLabel(/^password/i).fill(password);
  await page.getByRole('button', { name: /^sign in$/i }).click();
}

/// For Node 18, whose WebCrypto is not a global yet: node ...webcrypto site.mjs
export const webcrypto = parseInt(process.versions.node, 10) < 20 ? ['--experimental-global-webcrypto'] : [];
