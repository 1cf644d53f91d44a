// AWS's Runtime Interface Emulator, which comes with aws-sam-cli.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { installSam } from './sam.mjs';
import { outputFolder } from './server.mjs';

let found;

/// The emulator for this machine, installed when need be; skips the test where that is out of reach.
export function findEmulator() {
  if (found) return found;
  installSam();
  const lib = join(outputFolder, 'sam/lib');
  const machine = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  found = readdirSync(lib).map((python) => join(lib, python, `site-packages/samcli/local/rapid/aws-lambda-rie-${machine}`)).find(existsSync);
  if (!found) throw new Error(`aws-sam-cli came without its emulator for ${machine}`);
  return found;
}
