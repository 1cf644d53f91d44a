// The texts of the hosted pages, beside the contract and the pages that show them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { readSource, sourceFolder } from '../support/server.mjs';

const languages = readdirSync(join(sourceFolder, 'frontend/messages')).map((file) =>
  [file.slice(0, 2), JSON.parse(readSource(`frontend/messages/${file}`))]);
const { en } = Object.fromEntries(languages);
const contract = JSON.parse(readSource('docs/openapi.json'));
const sources = readdirSync(join(sourceFolder, 'frontend/src'), { recursive: true })
  .filter((file) => /\.tsx?$/.test(file)).map((file) => readFileSync(join(sourceFolder, 'frontend/src', file), 'utf8')).join('\n');

const valuesOf = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

// The codes of the pages of errors, by where they are declared.
const pageErrors = ['authorize/authorization_response.h', 'logout/logout.h'].flatMap((file) =>
  [...readSource(`src/auth/oauth/${file}`).split(/^}  \/\/ namespace/m)[0].matchAll(/"([a-z_]+)"/g)].map(([, code]) => code));

describe('the texts', () => {
  for (const [language, texts] of languages) {
    test(`are all there, with the same values (${language})`, () => {
      assert.deepEqual(Object.keys(texts), Object.keys(en));
      for (const [key, text] of Object.entries(texts)) {
        assert.notEqual(text.trim(), '', key);
        assert.deepEqual(valuesOf(text), valuesOf(en[key]), key);
      }
    });
  }

  test('of the pages of errors are those of the errors that lead there', () => {
    const keys = Object.keys(en).filter((key) => /^error_page\.(?!(title|code|other)?$)/.test(key));
    assert.deepEqual(keys.sort(), [...new Set(pageErrors)].map((code) => `error_page.${code}`).sort());
  });

  test('are each shown somewhere', () => {
    const made = /^(error|error_page|field|scope)\./; // by the code of what they tell of
    const formPost = readSource('frontend/form-post.html');
    const isShown = (key) => sources.includes(`'${key}'`) || formPost.includes(`{{${key}}}`);
    const unused = Object.keys(en).filter((key) => !made.test(key) && !isShown(key) && key !== 'language_name');
    assert.deepEqual(unused, []);
  });
});

test('the variables that docs/branding.md names are those of the style sheet', () => {
  const namesIn = (text) => [...new Set(text.match(/--[a-z-]+(?=[:`])/g))].sort();
  const [table] = readSource('docs/branding.md').match(/^\| variable [\s\S]*?\n\n/m);
  assert.deepEqual(namesIn(table), namesIn(readSource('frontend/style.css')));
});

/// The operations of the contract that the pages call: what stands in their source as a path.
function calledOperations() {
  const called = [...sources.matchAll(/['"`](\/(?:auth|oauth|unsubscribe)\/[^'"`?]*)/g)]
    .map(([, path]) => path.replaceAll(/\$\{[^}]*\}+/g, '{}').replace(/\{\}\)*$/, '{}'));
  assert.ok(called.length > 10);
  return [...new Set(called)].map((path) => [path,
    Object.entries(contract.paths).find(([declared]) => declared.replaceAll(/\{\w+\}/g, '{}') === path)?.[1]]);
}

const resolve = ({ $ref: reference, ...response }) =>
  (reference ? contract.components.responses[reference.split('/').pop()] : response);

test('every error that the server can answer to the pages has its text', () => {
  let checked = 0;
  for (const [path, operations] of calledOperations()) {
    if (path === '/oauth/authorize') continue; // where the browser goes; its errors are pages
    assert.ok(operations, `the contract has no ${path}`);
    for (const { responses } of Object.values(operations)) {
      const codes = Object.entries(responses).filter(([status]) => Number(status) >= 400)
        .flatMap(([, response]) => [...resolve(response).description.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
      assert.deepEqual(codes.filter((code) => !(`error.${code}` in en)), [], path);
      checked += codes.length;
    }
  }
  assert.ok(checked > 200, `${checked} codes`);
});
