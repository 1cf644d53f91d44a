// AWS's Runtime Interface Emulator, which the package aws-sam-cli carries: one invocation at a time, as an instance of
// Lambda serves them.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startFunction } from './lambda_probe.mjs';
import { samVersion } from './sam.mjs';
import { atExit, freePort, outputFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';

const emulator = join(outputFolder, `aws-lambda-rie-${samVersion}`);
const machine = process.arch === 'arm64' ? 'arm64' : 'x86_64';

function runOrSkip(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.error || result.status !== 0) {
    skipTest(`the Runtime Interface Emulator cannot be installed: ${result.error ?? result.stderr}`);
  }
}

// The package alone, without all that it depends on.
function install() {
  if (existsSync(emulator)) return;
  mkdirSync(outputFolder, { recursive: true });
  const draft = mkdtempSync(`${emulator}-`);
  atExit(() => rmSync(draft, { recursive: true, force: true }));
  runOrSkip('python3', ['-m', 'venv', join(draft, 'python')]);
  runOrSkip(join(draft, 'python/bin/python'), ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'download', '--no-deps',
    '--only-binary=:all:', '--dest', draft, `aws-sam-cli==${samVersion}`]);
  const file = `samcli/local/rapid/aws-lambda-rie-${machine}`;
  runOrSkip('python3', ['-c', 'import glob, sys, zipfile\nzipfile.ZipFile(glob.glob(sys.argv[1])[0]).extract(*sys.argv[2:])',
    join(draft, '*.whl'), file, draft]);
  chmodSync(join(draft, file), 0o755);
  renameSync(join(draft, file), emulator); // whole or not at all
}

/// Starts it around a program, which begins with the first event; what `startFunction` gives, and
/// `invoke(event)`: {status, bytes}.
export async function startEmulator(program, settings, { logLevel = 'error' } = {}) {
  install();
  const [port, apiPort] = [await freePort(), await freePort()];
  const running = startFunction(emulator, ['--log-level', logLevel, '--runtime-interface-emulator-address', `127.0.0.1:${port}`,
    '--runtime-api-address', `127.0.0.1:${apiPort}`, program], settings);
  const url = `http://127.0.0.1:${port}`;
  running.invoke = async (event) => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const response = await fetch(`${url}/2015-03-31/functions/function/invocations`, { method: 'POST', body });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  await waitFor('the emulator to listen', () => fetch(url).then(() => true, () => false));
  return running;
}
