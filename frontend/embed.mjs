// Makes C++ of the pages: `node embed.mjs OUTPUT_FOLDER VERSION`. Installs the npm packages when they are not those of
// package-lock.json, bundles src/, and writes each file gzipped, and assets.cpp, which takes them into the binary with
// `.incbin`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const viewer = 'node_modules/rapidoc/';

// The hosted pages: one document, one script and one style sheet, whatever the path.
const hostedPages = ['/setup', '/login', '/register', '/verify-email', '/forgot-password', '/reset-password', '/consent',
  '/device', '/sign-out', '/signed-out', '/account', '/unsubscribe', '/mail'];

// What is served where, at one path or several: files of this folder, or what Vite makes of src/ (`vite/`). A file made of
// several is their concatenation.
const assets = [
  ['/', 'home/index.html'],
  [hostedPages, 'shell.html'],
  ['/docs', 'docs/index.html'],
  ['/assets/pages.css', 'vite/pages.css'],
  ['/assets/pages.js', 'vite/pages.js'],
  ['/assets/style.css', 'style.css'],
  ['/assets/mail.css', 'vite/mail.css'],
  ['/assets/mail.js', 'vite/mail.js'],
  ['/assets/form-post.js', 'form-post.js'],
  ['/assets/docs.css', 'docs/docs.css'],
  ['/assets/docs.js', 'docs/docs.js'],
  ['/assets/icon.svg', 'icon.svg'],
  ['/assets/rapidoc.js', viewer + 'dist/rapidoc-min.js'],
  ['/assets/licenses.txt', viewer + 'LICENSE.txt', viewer + 'dist/rapidoc-min.js.LICENSE.txt',
    'node_modules/preact/LICENSE'],
];

// The page that posts an answer to a site is the server's, which fills in the rest: once in each language, and at no path
// of its own.
const languages = readdirSync(join(here, 'messages')).map((file) => file.replace('.json', ''));
assets.push(...languages.map((language) => [`form-post/${language}`, 'form-post.html']));

const contentTypes = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

function stop(message) {
  console.error(`frontend: ${message}`);
  process.exit(1);
}

/// The packages of the registry that a lock names. What a lock tells of them beside their integrity differs between
/// versions of npm.
function packagesIn(file) {
  const { packages } = JSON.parse(readFileSync(join(here, file), 'utf8'));
  return Object.fromEntries(Object.entries(packages).filter(([, { integrity }]) => integrity));
}

/// Whether a package is only for another platform. Older versions of npm install those of every C library.
function isForElsewhere({ optional, os, cpu, libc }) {
  return optional && (!os?.includes(process.platform) || !cpu?.includes(process.arch) || libc);
}

/// Whether exactly the locked packages are installed, but for those of other platforms.
function areInstalled() {
  const locked = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(installed).every(([path, { integrity }]) => integrity === locked[path]?.integrity) &&
    Object.entries(locked).every(([path, entry]) => path in installed || isForElsewhere(entry));
}

function installPackages() {
  try {
    if (areInstalled()) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const npm = spawnSync('npm', ['ci'], { cwd: here, encoding: 'utf8' });
  if (npm.error) stop('npm is not installed. Install Node.js 18 or newer with npm, then build again.');
  if (npm.status !== 0) {
    stop(`the npm packages of the pages could not be installed. npm ci says:\n${npm.stderr}\n` +
      'frontend: mend what npm names above, then build again.');
  }
}

/// TypeScript checks, Vite bundles: what is wrong in the pages, a text that one language lacks too, ends the build here.
async function bundle(output) {
  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], { cwd: here, encoding: 'utf8' });
  if (tsc.status !== 0) stop(`the pages have faults:\n${tsc.stdout}${tsc.stderr}`);
  const { build } = await import('vite');
  await build({ root: here, logLevel: 'warn', build: { outDir: join(output, 'vite'), emptyOutDir: true } });
}

function read(source, output) {
  return readFileSync(join(source.startsWith('vite/') ? output : here, source));
}

function contentOf(sources, output, values) {
  const whole = Buffer.concat(sources.map((source) => read(source, output)));
  if (sources[0].startsWith('node_modules/')) return whole;
  return Buffer.from(whole.toString('utf8').replaceAll(/\{\{([\w.]+)\}\}/g, (mark, name) => values[name] ?? mark));
}

/// What `{{…}}` in a file stands for: a text in the language that the file is named after; `{host}` in it is filled in by
/// the server.
function valuesFor(path, version) {
  const [, language] = path.match(/^form-post\/(.*)/) ?? [];
  if (!language) return { version };
  const texts = Object.entries(JSON.parse(readFileSync(join(here, `messages/${language}.json`), 'utf8')));
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    ...Object.fromEntries(texts.map(([key, text]) => [key, escaped(text).replace('{host}', '<strong>{{host}}</strong>')])),
    language,
  };
}

function cppString(text) {
  return JSON.stringify(text); // the texts here are plain ASCII, where both languages agree
}

/// A path inside a string of assembler inside a string of C++.
function assemblerPath(path) {
  return path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function embed(output, version) {
  mkdirSync(output, { recursive: true });
  const embedded = assets.map(([paths, ...sources], number) => {
    const content = contentOf(sources, output, valuesFor([paths].flat()[0], version));
    const gzip = gzipSync(content, { level: 9 }); // Node writes no time into it: the same input, the same bytes
    const file = join(output, `${number}.gz`);
    writeFileSync(file, gzip);
    return {
      file,
      paths: [paths].flat(),
      symbol: `voyages_asset_${number}`,
      size: gzip.length,
      contentType: contentTypes[sources[0].split('.').pop()] ?? contentTypes.txt,
      etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
    };
  });

  const includes = embedded.map(({ file, symbol }) =>
    `    ".global ${symbol}\\n${symbol}: .incbin \\"${assemblerPath(file)}\\"\\n"`);
  const rows = embedded.flatMap(({ paths, contentType, symbol, size, etag }) => paths.map((path) =>
    `    {${cppString(path)}, ${cppString(contentType)}, {${symbol}, ${size}}, ${cppString(etag)}},`));
  writeFileSync(join(output, 'assets.cpp'), `// Made by frontend/embed.mjs.
#include "http/assets.h"

asm(".pushsection .rodata\\n"
${includes.join('\n')}
    ".popsection\\n");

extern "C" {
${embedded.map(({ symbol }) => `extern const char ${symbol}[];`).join('\n')}
}

namespace voyages::assets {

std::span<const Asset> all() {
  static const Asset assets[] = {
${rows.join('\n')}
  };
  return assets;
}

}  // namespace voyages::assets
`);
}

const [output, version] = process.argv.slice(2);
if (!output || !version) stop('usage: node embed.mjs OUTPUT_FOLDER VERSION');
installPackages();
await bundle(resolve(output));
embed(resolve(output), version);
