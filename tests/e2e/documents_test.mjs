// The documents, as a reader goes through them.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { readSource, sourceFolder } from '../support/server.mjs';

const pagesOf = (folder) => readdirSync(join(sourceFolder, folder)).filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
const documents = [...pagesOf('.'), ...pagesOf('docs'), ...pagesOf('docs/integrate'), 'bench/README.md', 'examples/site/README.md'];

/// The files and headings of ours that a document links to: [path, anchor].
function linksOf(document) {
  const prose = readSource(document).replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => target.split('#')).map(([path, anchor]) => [path ? join(dirname(document), path) : document, anchor]);
}

/// As GitHub names a heading.
function anchorsOf(document) {
  return [...readSource(document).matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

test('README.md leads to every page of docs/', () => {
  const linked = linksOf('README.md').map(([path]) => path);
  for (const page of [...pagesOf('docs'), ...pagesOf('docs/integrate')]) assert.ok(linked.includes(page), page);
});

test('every link leads somewhere', () => {
  for (const document of documents) {
    for (const [path, anchor] of linksOf(document)) {
      assert.ok(existsSync(join(sourceFolder, path)), `${document} links to ${path}`);
      if (anchor) assert.ok(anchorsOf(path).includes(anchor), `${document} links to ${path}#${anchor}`);
    }
  }
});
