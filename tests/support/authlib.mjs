// Python's Authlib and FastAPI, installed by pip into the build folder, once.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { outputFolder } from './server.mjs';
import { skipTest } from './skip.mjs';

const folder = join(outputFolder, 'authlib');
const packages = ['Authlib==1.9.9', 'fastapi==0.165.0', 'uvicorn==0.54.0', 'httpx==0.28.1', 'itsdangerous==2.2.0'];

export const authlibPython = join(folder, 'bin/python');

function isInstalled() {
  if (!existsSync(authlibPython)) return false;
  const pip = ['-m', 'pip', '--disable-pip-version-check', 'list', '--format=freeze'];
  const { stdout } = spawnSync(authlibPython, pip, { encoding: 'utf8' });
  const installed = stdout.toLowerCase().split('\n');
  return packages.every((each) => installed.includes(each.toLowerCase()));
}

export function installAuthlib() {
  if (isInstalled()) return;
  for (const command of [
    ['python3', '-m', 'venv', '--clear', folder],
    [authlibPython, '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--only-binary=:all:', ...packages],
  ]) {
    const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    if (result.error || result.status !== 0) skipTest(`Authlib cannot be installed: ${result.error ?? result.stderr}`);
  }
}
