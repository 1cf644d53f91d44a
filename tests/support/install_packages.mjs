// Installs the npm packages of the tests, when they are not those of package-lock.json.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { skipTest } from './skip.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');

function lockedPackages(file) {
  const { packages } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  delete packages['']; // the project itself, which npm leaves out of the list of what it installed
  return JSON.stringify(packages);
}

function isInstalled() {
  try {
    return lockedPackages('package-lock.json') === lockedPackages('node_modules/.package-lock.json');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return false;
  }
}

if (!isInstalled()) {
  const npm = spawnSync('npm', ['ci'], { cwd: folder, encoding: 'utf8' });
  if (npm.error || npm.status !== 0) skipTest(`npm cannot install the tests' packages: ${npm.error ?? npm.stderr}`);
}
