// Says what a static program is made of: `node bill_of_materials.mjs BUILD_FOLDER SYSROOT VERSION SBOM LICENSES`. Writes a
// CycloneDX document to SBOM, and all licences to LICENSES. What was compiled is known to Ninja, what was linked to the
// linker; dpkg knows the package of each file. SYSROOT is the folder of a cross compiler's libraries, or empty.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const sourceFolder = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));
const frontend = join(sourceFolder, 'frontend');

// The licence of each source package, without the version in its name, by the terms of SPDX: a person has read it in the
// package's copyright file. Of what offers a choice, all that may be chosen.
const licenses = {
  boost: 'BSL-1.0',
  brotli: 'MIT',
  'ca-certificates': 'MPL-2.0',
  cli: 'BSD-3-Clause',
  fmtlib: 'MIT',
  gcc: 'GPL-3.0-or-later WITH GCC-exception-3.1',
  glibc: 'LGPL-2.1-or-later',
  libidn: 'LGPL-3.0-or-later OR GPL-2.0-or-later',
  libsodium: 'ISC',
  libunistring: 'LGPL-3.0-or-later OR GPL-2.0-or-later',
  libxcrypt: 'LGPL-2.1-or-later',
  libzstd: 'BSD-3-Clause OR GPL-2.0-only',
  linux: 'GPL-2.0-only WITH Linux-syscall-note',
  'llvm-toolchain': 'Apache-2.0 WITH LLVM-exception',
  openssl: 'Apache-2.0',
  sqlite: 'blessing',
  tomlplusplus: 'MIT',
  utf8proc: 'MIT',
  zlib: 'Zlib',
};
// The build reads it to embed it, which no compiler sees: cmake/amazon_roots.cmake.
const embedded = ['/usr/share/ca-certificates/mozilla/Amazon_Root_CA_1.crt'];

const [buildArgument, sysrootArgument, version, sbomFile, licensesFile] = process.argv.slice(2);
const build = realpathSync(buildArgument);
const sysroot = sysrootArgument ? realpathSync(sysrootArgument) : '';

function stop(message) {
  console.error(`bill of materials: ${message}`);
  process.exit(1);
}

function output(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, cwd: build, ...options });
  if (result.error || (result.status !== 0 && !options.mayFail)) stop(`${command} ${args[0]}: ${result.error ?? result.stderr}`);
  return result.stdout;
}

function compiledFiles() {
  // The folder may hold the tests, too, which are made of more.
  const objects = output('ninja', ['-t', 'deps']).split('\n\n').filter((object) => object.startsWith('CMakeFiles/voyages'));
  return objects.flatMap((object) => [...object.matchAll(/^ {4}(.*)$/gm)].map(([, file]) => file));
}

/// Links once more, for the linker to name each file that it takes.
function linkedFiles() {
  const link = output('ninja', ['-t', 'commands', 'voyages']).trim().split('\n').at(-1);
  const traced = link.replace(' -o voyages ', ' -o voyages.traced -Wl,--trace ');
  if (traced === link) stop(`no program is linked by: ${link}`);
  const files = output('sh', ['-c', `${traced}; rm -f voyages.traced`]);
  return files.trim().split('\n').map((line) => line.replace(/^trace: /, '').replace(/\(.*\)$/, ''));
}

/// Where the system has this file; nothing for one of ours. The libraries in the build folder are copies of its own
/// (cmake/lean_archives.cmake).
function systemFile(file) {
  const path = resolve(build, file);
  if (dirname(path) === join(build, 'libraries')) {
    const triplet = output('sh', ['-c', 'c++ -print-multiarch']).trim();
    return `/usr/lib/${triplet}/${basename(path)}`; // a cross compiler has no copies
  }
  if (sysroot && path.startsWith(`${sysroot}/`)) return path;
  return path.startsWith(`${sourceFolder}/`) || path.startsWith(`${build}/`) || !path.startsWith('/usr/') ? undefined : path;
}

function dpkgQuery(root, args, options) {
  return output('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, ...args], options).trim().split('\n');
}

/// The packages that have these files, under this root.
function packagesOf(root, files) {
  const owners = new Map();
  for (let at = 0; at < files.length; at += 500) {
    for (const line of dpkgQuery(root, ['--search', ...files.slice(at, at + 500)], { mayFail: true })) {
      const [, name, file] = line.match(/^([^\s:,]+)(?::[^\s,]+)?(?:, .*)?: (\/.*)$/) ?? [];
      if (name) owners.set(file, name);
    }
  }
  const orphans = files.filter((file) => !owners.has(file));
  if (orphans.length > 0) stop(`of no package: ${orphans.slice(0, 5).join(', ')}`);
  const format = '${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}\n';
  return dpkgQuery(root, ['--show', `--showformat=${format}`, ...new Set(owners.values())]).map((line) => {
    const [name, packageVersion, source, sourceVersion, architecture] = line.split('\t');
    const license = licenses[source.replace(/[-.\d]+$/, '')];
    if (!license) stop(`the licence of ${source} is not known: read /usr/share/doc/${name}/copyright, and add it`);
    const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(packageVersion)}?arch=${architecture}` +
      `&upstream=${encodeURIComponent(`${source}@${sourceVersion}`)}`;
    return { name, version: packageVersion, license, purl, copyright: `${root}/usr/share/doc/${name}/copyright` };
  });
}

function debianPackages() {
  const files = [...new Set([...compiledFiles(), ...linkedFiles(), ...embedded].map(systemFile).filter(Boolean))];
  const inRoot = sysroot ? files.filter((file) => file.startsWith(`${sysroot}/`)) : [];
  const here = files.filter((file) => !inRoot.includes(file));
  const found = packagesOf('', here.map((file) => realpathSync(file)));
  if (inRoot.length > 0) found.push(...packagesOf(sysroot, inRoot.map((file) => realpathSync(file).slice(sysroot.length))));
  return found;
}

/// The packages that the pages import, or that are embedded as they are, and what those are made of.
function npmPackages() {
  const { packages: locked } = JSON.parse(readFileSync(join(frontend, 'package-lock.json'), 'utf8'));
  const sources = readdirSync(join(frontend, 'src'), { recursive: true }).filter((file) => /\.tsx?$/.test(file));
  const imports = sources.flatMap((file) => [...readFileSync(join(frontend, 'src', file), 'utf8').matchAll(/from '([^.'][^']*)'/g)]);
  const embeds = [...readFileSync(join(frontend, 'embed.mjs'), 'utf8').matchAll(/'node_modules\/(?![^']*\/bin\/)([^']*)'/g)];
  const nameOf = (path) => path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/');
  const direct = new Set([...imports, ...embeds].map(([, path]) => nameOf(path)).filter((name) => `node_modules/${name}` in locked));

  const found = new Map();
  const add = (key) => {
    const named = locked[`node_modules/${key}`];
    if (found.has(key) || !named) return;
    // What rapidoc's one file holds already is a folder of ours in node_modules, of that name and version.
    const entry = named.link ? locked[named.resolved] : named;
    const name = entry.name ?? key;
    const folder = join(frontend, 'node_modules', key);
    const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).map((file) => join(folder, file));
    found.set(key, {
      name, version: entry.version, license: entry.license, texts, direct: direct.has(key),
      purl: `pkg:npm/${name.replace('@', '%40')}@${entry.version}`,
      sha512: entry.integrity && Buffer.from(entry.integrity.replace('sha512-', ''), 'base64').toString('hex'),
      needs: Object.keys(entry.dependencies ?? {}),
    });
    Object.keys(entry.dependencies ?? {}).forEach(add);
  };
  direct.forEach(add);
  return found;
}

function component({ name, version: componentVersion, license, purl, sha512 }) {
  return {
    type: 'library', 'bom-ref': purl, name, version: componentVersion, ...(sha512 && { hashes: [{ alg: 'SHA-512', content: sha512 }] }),
    licenses: [{ expression: license }], purl,
  };
}

const byPurl = (one, other) => (one.purl < other.purl ? -1 : 1);
const unique = (parts) => [...new Map(parts.map((part) => [part.purl, part])).values()].sort(byPurl);

function materials(debian, npm) {
  const purls = (keys) => [...new Set(keys.filter((key) => npm.has(key)).map((key) => npm.get(key).purl))].sort();
  const direct = [...npm.values()].filter((each) => each.direct);
  const document = {
    bomFormat: 'CycloneDX', specVersion: '1.6', version: 1,
    metadata: {
      timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString(),
      component: {
        type: 'application', 'bom-ref': 'voyages', name: 'voyages', version, licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(join(build, 'voyages'))).digest('hex') }],
      },
    },
    components: unique([...debian, ...npm.values()]).map(component),
    dependencies: [
      { ref: 'voyages', dependsOn: unique([...debian, ...direct]).map(({ purl }) => purl) },
      ...unique([...npm.values()]).filter(({ needs }) => needs.length > 0).map(({ purl, needs }) => ({ ref: purl, dependsOn: purls(needs) })),
    ],
  };
  // The same content has the same number.
  const digits = createHash('sha256').update(JSON.stringify(document)).digest('hex');
  const number = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20, 32)];
  return { ...document, serialNumber: `urn:uuid:${number.join('-')}` };
}

function licenseTexts(debian, npm) {
  const sections = new Map(); // by text: packages of one source share theirs
  const add = (what, text) => sections.set(text, [...(sections.get(text) ?? []), what]);
  for (const { name, version: packageVersion, copyright } of debian) {
    add(`${name} ${packageVersion}`, readFileSync(copyright, 'utf8'));
  }
  for (const { name, version: packageVersion, texts, license } of unique([...npm.values()])) {
    add(`${name} ${packageVersion}`, texts.map((file) => readFileSync(file, 'utf8')).join('\n') || `License: ${license}\n`);
  }
  // Debian's files name the long licences that every system has.
  const common = new Set([...sections.keys()].join('').match(/\/usr\/share\/common-licenses\/[A-Za-z]+(?:-\d(?:\.\d)?)?/g));
  for (const file of [...common].sort()) if (existsSync(file)) add(file, readFileSync(file, 'utf8'));
  return [...sections].map(([text, names]) => `${'='.repeat(100)}\n${names.join('\n')}\n${'='.repeat(100)}\n\n${text}`).join('\n\n');
}

const debian = unique(debianPackages());
const npm = npmPackages();
writeFileSync(sbomFile, `${JSON.stringify(materials(debian, npm), null, 2)}\n`);
writeFileSync(licensesFile, licenseTexts(debian, npm));
