// The pages under an operator's own name, colour, logo and style rules.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { assertEveryLook, openHosted } from '../support/pages.mjs';
import { lastLines, readSource, run, sourceFolder, startServer, temporaryFolder } from '../support/server.mjs';

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">
  <script>document.documentElement.setAttribute('data-ran', 'yes')</script>
  <rect width="90" height="30" rx="6" fill="#ffe600"/></svg>`;
const [, shownRules] = readSource('docs/branding.md').match(/```css\n([\s\S]*?)```/);
const folder = temporaryFolder();
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
let server;

before(async () => {
  server = await startServer({
    settings: {
      VOYAGES_PRODUCT_NAME: 'Sunny & Söhne', VOYAGES_BRAND_COLOR: '#ffe600', VOYAGES_BRAND_LOGO: file('logo.svg', logo),
      VOYAGES_BRAND_CSS: file('own.css', `.screen .card { border-radius: 3px; }\n${shownRules}`),
    },
  });
});
after(() => server.stop());

test('they show the name, the logo and the rules, and stay readable in a colour that is not', async () => {
  const page = await openHosted(server, '/login');
  assert.equal(await page.title(), 'Sign in · Sunny & Söhne');
  await page.getByRole('banner').getByText('Sunny & Söhne').waitFor();
  assert.ok(await page.locator('.brand img').evaluate(async (image) => { await image.decode(); return image.naturalWidth; }));
  const style = (selector, property) => page.locator(selector).first().evaluate(
    (element, name) => getComputedStyle(element)[name], property);
  assert.equal(await style('.card', 'borderRadius'), '3px');
  assert.equal(await style('body', 'backgroundColor'), 'rgb(244, 241, 234)');
  const [red, green, blue] = (await style('[type=submit]', 'backgroundColor')).match(/\d+/g).map(Number);
  assert.ok(red > blue && green > blue, 'it is still a yellow');
  await assertEveryLook(page, 'login-branded');
  assert.equal(await style('body', 'backgroundColor'), 'rgb(28, 26, 22)'); // the last look is dark
  assertNoProblems(page);
});

test('a logo runs nothing, even when it is opened by itself', async () => {
  const page = await openPage(server.url);
  await page.goto(`${server.url}/assets/logo`);
  assert.equal(await page.evaluate(() => document.documentElement.getAttribute('data-ran')), null);
  assert.ok(page.problems.some((problem) => /script/i.test(problem)), 'the browser says that it stopped it');
});

test('the languages are those that sites are told of', async () => {
  const { ui_locales_supported: told } = (await server.get('/.well-known/openid-configuration')).body;
  const files = readdirSync(join(sourceFolder, 'frontend/messages')).map((name) => name.replace('.json', ''));
  assert.deepEqual(told.sort(), files.sort());
  const page = await openHosted(server, '/login');
  const offered = await page.locator('.language option').evaluateAll((all) => all.map(({ lang }) => lang));
  assert.deepEqual(offered.sort(), files);
});

test('a file that is not there ends the start, and the sentence says which', async () => {
  const missing = join(folder, 'missing.svg');
  const result = await run(['serve', '--listen', 'localhost:0'], { settings: { VOYAGES_BRAND_LOGO: missing } });
  assert.equal(result.code, 1);
  assert.match(lastLines(result), new RegExp(`${missing} cannot be read\\.[^]*Correct the setting brand_logo`));
});
