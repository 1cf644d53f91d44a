// Another clock for the program, by libfaketime.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { skipTest } from './skip.mjs';

function findLibrary() {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  return folders.map((folder) => join(folder, 'libfaketimeMT.so.1')).find((file) => existsSync(file));
}

/// Settings for a program that takes its time of day from `source`: {FAKETIME: '+3m'}. How long it waits stays true.
export function fakeClock(source) {
  const library = findLibrary() ?? skipTest('libfaketime is not installed');
  return { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', ...source };
}
