// Starts Lambda functions as processes: the probe of tests/runtime/lambda/probe.cpp, or an emulator around one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { atExit, sourceFolder, temporaryFolder } from './server.mjs';

export const probe = process.env.VOYAGES_LAMBDA_PROBE ?? join(sourceFolder, 'build/release/tests/lambda_probe');

/// The JSON lines of a log.
export const logLines = (text) => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

/// {child, output, ended}: `ended` gives [status, signal].
export function startFunction(file, args, settings) {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, AWS_LAMBDA_FUNCTION_NAME: 'probe', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128', ...settings },
    cwd: temporaryFolder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atExit(() => child.kill('SIGKILL'));
  const running = { child, output: '', ended: once(child, 'close') };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => { running.output += text; });
  }
  return running;
}
