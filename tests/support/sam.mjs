// AWS's own tools for the template, installed by pip into the build folder, once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { outputFolder, sourceFolder } from './server.mjs';
import { skipTest } from './skip.mjs';

export const samVersion = '1.170.0';
const folder = join(outputFolder, 'sam');
const python = join(folder, 'bin/python');
const packages = ['cfn-lint==1.58.0', `aws-sam-cli==${samVersion}`];

function isInstalled() {
  if (!existsSync(python)) return false;
  const { stdout } = spawnSync(python, ['-m', 'pip', '--disable-pip-version-check', 'list', '--format=freeze'], { encoding: 'utf8' });
  return packages.every((each) => stdout.split('\n').includes(each));
}

export function installSam() {
  if (isInstalled()) return;
  for (const command of [
    ['python3', '-m', 'venv', '--clear', folder],
    [python, '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--only-binary=:all:', ...packages],
  ]) {
    const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    if (result.error || result.status !== 0) skipTest(`AWS's tools cannot be installed: ${result.error ?? result.stderr}`);
  }
}

/// Runs `sam`, `cfn-lint` or `python` of those: {status, output}, without any network or account.
export function runTool(name, args, settings = {}) {
  const result = spawnSync(join(folder, 'bin', name), args, {
    cwd: sourceFolder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      SAM_CLI_TELEMETRY: '0',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      ...settings,
    },
  });
  return { status: result.status, stdout: result.stdout, output: `${result.stdout}\n${result.stderr}` };
}
