// `sam build`, as docs/deploy.md has it, makes of the template's functions what scripts/package makes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { installSam, runTool } from '../support/sam.mjs';
import { outputFolder, sourceFolder, temporaryFolder } from '../support/server.mjs';

installSam();

const functions = ['ApiFunction', 'FeedbackFunction', 'SlowFunction', 'TickFunction', 'WorkerFunction'];
const ours = readFileSync(join(sourceFolder, 'build/lambda/bootstrap'));

function build(settings, wanted = functions) {
  const folder = join(outputFolder, 'sam-build');
  const { status, output } = runTool('sam', ['build', ...(wanted === functions ? [] : wanted), '--build-dir', folder], settings);
  assert.equal(status, 0, output);
  const built = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name);
  assert.deepEqual(built.sort(), wanted);
  for (const name of wanted) {
    assert.deepEqual(readdirSync(join(folder, name)), ['bootstrap']);
    assert.equal(statSync(join(folder, name, 'bootstrap')).mode & 0o777, 0o755);
  }
  return (name) => readFileSync(join(folder, name, 'bootstrap'));
}

// One alone, since the Makefile has one recipe for all, and packing five times takes minutes.
test('a function is the one program', () => {
  assert.ok(build({}, ['SlowFunction'])('SlowFunction').equals(ours));
});

/// The beginning of an ELF file: its header, and one program header of this type. The ways to spoil it are arguments.
function program({ machine = 62, kind = 3, segment = 1, magic = '\x7fELF' } = {}) {
  const bytes = Buffer.alloc(64 + 56);
  bytes.write(magic, 'latin1');
  bytes.set([2, 1, 1], 4); // 64 bits, little-endian
  bytes.writeUInt16LE(kind, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32); // where the program headers are, how long each is, and how many there are
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(segment, 64);
  return bytes;
}

function prebuilt(bytes) {
  const file = join(temporaryFolder(), 'prebuilt program');
  writeFileSync(file, bytes);
  return file;
}

test('a program that was built elsewhere is taken as it is, for each function', () => {
  const bytes = program();
  const read = build({ VOYAGES_BOOTSTRAP: prebuilt(bytes) });
  for (const name of functions) assert.ok(read(name).equals(bytes));
});

test('what Lambda could not run is refused, with the reason', () => {
  const make = (bytes, settings = {}) => {
    const target = temporaryFolder();
    const env = { ...process.env, ARTIFACTS_DIR: target, VOYAGES_BOOTSTRAP: prebuilt(bytes), ...settings };
    const { status, stdout, stderr } = spawnSync('make', ['build-ApiFunction'], { cwd: sourceFolder, encoding: 'utf8', env });
    assert.equal(existsSync(join(target, 'bootstrap')), status === 0);
    return { status, output: stdout + stderr };
  };
  const refused = [
    ['#!/bin/sh\n', /is not a 64-bit program for Linux/],
    ['', /is not a 64-bit program for Linux/],
    [program({ magic: 'MZ\x90\x00' }), /is not a 64-bit program for Linux/],
    [program().subarray(0, 18), /is not whole/],
    [program().subarray(0, 64), /is not whole/],
    [program({ machine: 8 }), /is for a processor that Lambda does not have/],
    [program({ kind: 1 }), /is not a program that can be started/],
    [program({ segment: 3 }), /needs shared libraries/],
    [readFileSync('/bin/sh'), /needs shared libraries/],
  ];
  for (const [bytes, reason] of refused) {
    const { status, output } = make(bytes);
    assert.notEqual(status, 0, output);
    assert.match(output, reason);
    assert.match(output, /docs\/deploy\.md says under "Building elsewhere"/);
  }
  const arm = make(program({ machine: 183 }));
  assert.equal(arm.status, 0, arm.output);
  assert.match(arm.output, /for arm64: deploy with Architecture=arm64/);
  const other = make(program({ machine: 183 }), { VOYAGES_ARCHITECTURE: 'x86_64' });
  assert.notEqual(other.status, 0);
  assert.match(other.output, /is for arm64, not for x86_64/);
});
