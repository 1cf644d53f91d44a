// DynamoDB Local, Amazon's own emulator, for tests: a real peer in Java, installed by Maven into the build folder, once.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { atExit, freePort, outputFolder, sourceFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';

const pom = join(sourceFolder, 'tests/support/dynamodb_local/pom.xml');
const folder = join(outputFolder, 'dynamodb-local');
const stamp = join(folder, 'installed-pom.xml');

/// What a client of DynamoDB Local must have in its environment; any keys will do.
export const dynamodbLocalSettings = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-dynamodb-local', AWS_REGION: 'eu-central-1',
};

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(pom, 'utf8');
}

/// Does nothing when it is there already. Ends the process, as a test that is skipped, where Java or Maven is missing.
export function installDynamodbLocal() {
  if (spawnSync('java', ['-version']).status !== 0) skipTest('DynamoDB Local needs Java: run ./test');
  if (isInstalled()) return;
  mkdirSync(outputFolder, { recursive: true });
  // Whole or not at all, also when two tests do it at once.
  const fresh = mkdtempSync(join(outputFolder, 'dynamodb-local-'));
  atExit(() => rmSync(fresh, { recursive: true, force: true }));
  const maven = spawnSync('mvn',
    ['--quiet', '--batch-mode', '--strict-checksums', '--file', pom, 'dependency:copy-dependencies',
      '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`], { encoding: 'utf8' });
  if (maven.error || maven.status !== 0) {
    skipTest(`DynamoDB Local cannot be installed by Maven: ${maven.error ?? maven.stdout + maven.stderr}`);
  }
  writeFileSync(join(fresh, 'installed-pom.xml'), readFileSync(pom));
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!isInstalled()) throw error;
  }
}

/// An empty DynamoDB of one's own, in memory: {endpoint, port, settings, stop}. `settings` are the environment in which
/// our program finds it. The tables are the caller's to make.
export async function startDynamodbLocal() {
  installDynamodbLocal();
  const port = await freePort();
  // A small heap and no optimising compiler: it starts sooner, and lives for seconds.
  const child = spawn('java',
    ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Djava.library.path=${folder}`, '-cp', join(folder, '*'),
      'software.amazon.dynamodb.services.local.main.ServerRunner', '-inMemory', '-sharedDb', '-disableTelemetry',
      '-port', String(port)],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, DDB_LOCAL_TELEMETRY: '0' } });
  atExit(() => child.kill('SIGKILL'));
  let output = '';
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { output += text; });
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  let end;
  ended.then((code) => { end = code ?? 'a signal'; }, () => {});

  const endpoint = `http://127.0.0.1:${port}`;
  await waitFor('DynamoDB Local to answer', async () => {
    if (end !== undefined) throw new Error(`DynamoDB Local ended with ${end}:\n${output}`);
    return fetch(endpoint).then(() => true, () => false);
  }, 60_000);
  // A failed test leaves it behind, which must not keep this process alive.
  [child, child.stdout, child.stderr].forEach((handle) => handle.unref());
  return {
    endpoint,
    port,
    settings: { ...dynamodbLocalSettings, AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    async stop() {
      [child, child.stdout, child.stderr].forEach((handle) => handle.ref());
      child.kill('SIGKILL'); // it has nothing to lose
      await ended;
    },
  };
}
