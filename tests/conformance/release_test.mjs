// The files of a release for this machine's kind of processor: what is in them, and that it is one and the same.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { test } from 'node:test';

import { sourceFolder, temporaryFolder } from '../support/server.mjs';
import { importPackage } from '../support/skip.mjs';

const { default: Ajv } = await importPackage('ajv');
const { default: addFormats } = await importPackage('ajv-formats');

const dist = process.env.VOYAGES_DIST ?? join(sourceFolder, 'build/dist');
const [architecture, debian] = { x64: ['x86_64', 'amd64'], arm64: ['arm64', 'arm64'] }[process.arch];
const [, version] = readFileSync(join(sourceFolder, 'CMakeLists.txt'), 'utf8').match(/^project\(.* VERSION ([\d.]+) /m);
const name = `voyages-${version}-linux-${architecture}`;
const archive = join(dist, `${name}.tar.gz`);
const deb = join(dist, `voyages_${version}-1_${debian}.deb`);
const sbomFile = join(dist, `${name}.cdx.json`);

function output(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C' } });
  assert.equal(status, 0, `${error ?? stderr}`);
  return stdout;
}

const checkedFiles = (folder) => readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n').map((line) => line.slice(66)).sort();
const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

const fromArchive = temporaryFolder();
output('tar', '--extract', '--file', archive, '--directory', fromArchive);
const fromDeb = temporaryFolder();
output('dpkg-deb', '--raw-extract', deb, fromDeb);
const sbom = JSON.parse(readFileSync(sbomFile, 'utf8'));

test('the checksums are those of all files beside them', () => {
  output('sh', '-c', `cd '${dist}' && sha256sum --check --strict SHA256SUMS`);
  const named = checkedFiles(dist);
  assert.deepEqual(named, readdirSync(dist).filter((file) => file !== 'SHA256SUMS').sort());
  for (const file of [archive, deb, sbomFile]) assert.ok(named.some((each) => file.endsWith(`/${each}`)), file);
});

test('the archive holds the program, its licence and those of others, owned by root', () => {
  assert.deepEqual(readdirSync(join(fromArchive, name)).sort(), ['LICENSE', 'README.txt', 'THIRD-PARTY-LICENSES.txt', 'voyages']);
  assert.equal(output(join(fromArchive, name, 'voyages'), 'version').trim(), `voyages ${version}`);
  const entries = output('tar', '--list', '--verbose', '--numeric-owner', '--file', archive).trim().split('\n');
  for (const entry of entries) assert.match(entry, /^[d-][rwx-]+ 0\/0 /);
  assert.equal(readFileSync(join(fromArchive, name, 'LICENSE'), 'utf8'), readFileSync(join(sourceFolder, 'LICENSE'), 'utf8'));
});

test('every part of the bill of materials has its licence in the archive', () => {
  const texts = readFileSync(join(fromArchive, name, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const part of sbom.components) assert.ok(texts.includes(`${part.name} ${part.version}\n`), part.name);
  for (const license of ['GNU LESSER GENERAL PUBLIC LICENSE', 'Apache License', 'Boost Software License', 'MIT']) assert.ok(texts.includes(license), license);
});

test('the package holds the same program, and a service that it does not enable', () => {
  assert.equal(sha256(join(fromDeb, 'usr/bin/voyages')), sha256(join(fromArchive, name, 'voyages')));
  const fields = output('dpkg-deb', '--field', deb);
  assert.match(fields, /^Package: voyages$/m);
  assert.match(fields, /^Maintainer: Cloud Voyages </m);
  assert.match(fields, new RegExp(`^Version: ${version}-1$`, 'm'));
  assert.match(fields, new RegExp(`^Architecture: ${debian}$`, 'm'));
  assert.equal(readFileSync(join(fromDeb, 'DEBIAN/conffiles'), 'utf8'), '/etc/voyages/voyages.toml\n');
  const files = output('dpkg-deb', '--contents', deb).trim().split('\n');
  for (const file of files) assert.match(file, /^[d-][rwx-]+ root\/root /);
  assert.ok(!files.some((file) => file.includes('.wants/')), 'enabled');
  assert.equal((statSync(join(fromDeb, 'etc/voyages/voyages.toml')).mode & 0o777).toString(8), '640');
  const unit = readFileSync(join(fromDeb, 'usr/lib/systemd/system/voyages.service'), 'utf8');
  assert.match(unit, /^User=voyages$/m);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    const text = readFileSync(join(fromDeb, 'DEBIAN', script), 'utf8');
    assert.doesNotMatch(text, /systemctl (enable|start)/);
    output('sh', '-n', join(fromDeb, 'DEBIAN', script));
  }
  output('sh', '-c', `cd '${fromDeb}' && md5sum --check --strict --quiet DEBIAN/md5sums`);
});

test('the settings in the package are settings of the program', () => {
  const program = join(fromDeb, 'usr/bin/voyages');
  const text = readFileSync(join(fromDeb, 'etc/voyages/voyages.toml'), 'utf8');
  const known = output(program, 'config', '--config', join(fromDeb, 'etc/voyages/voyages.toml'));
  for (const [, setting] of text.matchAll(/^# (\w+) = /gm)) assert.ok(known.includes(setting), setting);
});

test('the bill of materials is CycloneDX, and names what is inside', () => {
  const schemas = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json').replace('package.json', 'res/schema/');
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  // What ajv-formats lacks: both are wider than what we write.
  ajv.addFormat('iri-reference', true);
  ajv.addFormat('idn-email', true);
  for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
    const { $id: _, ...schema } = JSON.parse(readFileSync(schemas + file, 'utf8')); // it is referred to by its file
    ajv.addSchema(schema, `http://cyclonedx.org/schema/${file}`);
  }
  const validate = ajv.compile(JSON.parse(readFileSync(`${schemas}bom-1.6.SNAPSHOT.schema.json`, 'utf8')));
  assert.ok(validate(sbom), JSON.stringify(validate.errors));
  assert.ok(!validate({ ...sbom, components: [{ name: 'no type' }] }));

  assert.equal(sbom.metadata.component.version, version);
  assert.equal(sbom.metadata.component.hashes[0].content, sha256(join(fromArchive, name, 'voyages')));
  const names = sbom.components.map((part) => part.name);
  for (const part of ['libssl-dev', 'libsqlite3-dev', 'libsodium-dev', 'libc6-dev', 'preact', 'rapidoc', 'lit-html']) assert.ok(names.includes(part), part);
  for (const part of ['vite', 'typescript', 'esbuild', 'rollup']) assert.ok(!names.includes(part), part);
  for (const part of sbom.components) assert.ok(part.version && part.purl && part.licenses[0].expression, part.name);
  const installed = output('dpkg-query', '--show', '--showformat=${Version}', 'libssl-dev');
  assert.equal(sbom.components.find((part) => part.name === 'libssl-dev').version, installed);
});

test('the same commit makes the same bytes, in the place of an earlier release and of nothing else', () => {
  const again = temporaryFolder();
  const earlier = ['voyages-0.0.1-linux-arm64.tar.gz', 'voyages_0.0.1-1_arm64.deb', 'voyages-0.0.1-linux-arm64.cdx.json'];
  for (const file of [...earlier, 'voyages.toml']) writeFileSync(join(again, file), '');
  output(join(sourceFolder, 'scripts/release'), '--as-built', '--only', architecture, '--into', again);
  for (const file of [archive, deb, sbomFile]) assert.equal(sha256(join(again, basename(file))), sha256(file), file);
  const made = [archive, deb, sbomFile].map((file) => basename(file));
  assert.deepEqual(readdirSync(again).sort(), [...made, 'SHA256SUMS', 'voyages.toml'].sort());
  assert.deepEqual(checkedFiles(again), made.sort());
});
