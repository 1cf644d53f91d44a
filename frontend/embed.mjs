// Makes C++ of the pages: `node embed.mjs OUTPUT_FOLDER VERSION`. Writes each file gzipped, and assets.cpp, which takes
// them into the binary with `.incbin`. Installs the npm packages first when they are not those of package-lock.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const viewer = 'node_modules/swagger-ui-dist/';

// What is served where. A file made of several is their concatenation.
const assets = [
  ['/', 'home/index.html'],
  ['/setup', 'forms/setup.html'],
  ['/register', 'forms/register.html'],
  ['/verify-email', 'forms/verify-email.html'],
  ['/reset-password', 'forms/reset-password.html'],
  ['/mail', 'mail/index.html'],
  ['/unsubscribe', 'forms/unsubscribe.html'],
  ['/docs', 'docs/index.html'],
  ['/assets/style.css', 'style.css'],
  ['/assets/form.css', 'forms/form.css'],
  ['/assets/form.js', 'forms/form.js'],
  ['/assets/mail.css', 'mail/mail.css'],
  ['/assets/mail.js', 'mail/mail.js'],
  ['/assets/form-post.js', 'form-post.js'],
  ['/assets/docs.css', 'docs/docs.css'],
  ['/assets/docs.js', 'docs/docs.js'],
  ['/assets/icon.svg', 'icon.svg'],
  ['/assets/swagger-ui.css', viewer + 'swagger-ui.css'],
  ['/assets/swagger-ui-bundle.js', viewer + 'swagger-ui-bundle.js'],
  ['/assets/licenses.txt', viewer + 'NOTICE', viewer + 'LICENSE', viewer + 'swagger-ui-bundle.js.LICENSE.txt'],
];

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

function lockedPackages(file) {
  const { packages } = JSON.parse(readFileSync(join(here, file), 'utf8'));
  delete packages['']; // the project itself, which npm leaves out of the list of what it installed
  return JSON.stringify(packages);
}

function installPackages() {
  try {
    if (lockedPackages('package-lock.json') === lockedPackages('node_modules/.package-lock.json')) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const npm = spawnSync('npm', ['ci'], { cwd: here, encoding: 'utf8' });
  if (npm.error) stop('npm is not installed. Install Node.js 18 or newer with npm, then build again.');
  if (npm.status !== 0) {
    stop(`the npm packages of the pages could not be installed:\n${npm.stderr}\n` +
      'frontend: check that npm reaches its registry (npm ping), then build again.');
  }
}

/// A file; each line `{{> PATH}}` in a page of ours becomes the file at that path.
function read(source) {
  if (!source.endsWith('.html')) return readFileSync(join(here, source));
  const text = readFileSync(join(here, source), 'utf8');
  return Buffer.from(text.replaceAll(/^\{\{> (.+)\}\}\n/gm, (_, part) => read(part).toString('utf8')));
}

function contentOf(sources, version) {
  const parts = sources.map(read);
  const whole = Buffer.concat(parts);
  const ours = !sources[0].startsWith(viewer);
  return ours ? Buffer.from(whole.toString('utf8').replaceAll('{{version}}', version)) : whole;
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
  const embedded = assets.map(([path, ...sources], number) => {
    const content = contentOf(sources, version);
    const gzip = gzipSync(content, { level: 9 }); // Node writes no time into it: the same input, the same bytes
    const file = join(output, `${number}.gz`);
    writeFileSync(file, gzip);
    return {
      file,
      path,
      symbol: `voyages_asset_${number}`,
      size: gzip.length,
      contentType: contentTypes[sources[0].split('.').pop()] ?? contentTypes.txt,
      etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`,
    };
  });

  const includes = embedded.map(({ file, symbol }) =>
    `    ".global ${symbol}\\n${symbol}: .incbin \\"${assemblerPath(file)}\\"\\n"`);
  const rows = embedded.map(({ path, contentType, symbol, size, etag }) =>
    `    {${cppString(path)}, ${cppString(contentType)}, {${symbol}, ${size}}, ${cppString(etag)}},`);
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
embed(resolve(output), version);
