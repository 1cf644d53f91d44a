// `sam build`, as docs/deploy.md has it, makes of the template's functions what scripts/package makes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { installSam, runTool } from '../support/sam.mjs';
import { outputFolder, sourceFolder, temporaryFolder } from '../support/server.mjs';

installSam();

const functions = ['ApiFunction', 'FeedbackFunction', 'TickFunction', 'WorkerFunction'];
const program = readFileSync(join(sourceFolder, 'build/lambda/bootstrap'));

function build(settings) {
  const folder = join(outputFolder, 'sam-build');
  const { status, output } = runTool('sam', ['build', '--build-dir', folder], settings);
  assert.equal(status, 0, output);
  const built = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name);
  assert.deepEqual(built.sort(), functions);
  for (const name of functions) {
    assert.deepEqual(readdirSync(join(folder, name)), ['bootstrap']);
    assert.equal(statSync(join(folder, name, 'bootstrap')).mode & 0o777, 0o755);
  }
  return (name) => readFileSync(join(folder, name, 'bootstrap'));
}

test('each function is the one program', () => {
  const read = build({});
  for (const name of functions) assert.ok(read(name).equals(program), name);
});

test('a program that was built elsewhere is taken as it is', () => {
  const prebuilt = join(temporaryFolder(), 'prebuilt');
  writeFileSync(prebuilt, '#!/bin/sh\n');
  const read = build({ VOYAGES_BOOTSTRAP: prebuilt });
  for (const name of functions) assert.equal(read(name).toString(), '#!/bin/sh\n');
});
