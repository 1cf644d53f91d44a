// Debian's Chromium, driven by Playwright, with an eye on what a page must not do.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';

import { outputFolder } from './server.mjs';
import { importPackage, skipTest } from './skip.mjs';

const { chromium } = await importPackage('playwright-core');
const { default: axe } = await importPackage('axe-core');

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executable)) skipTest(`there is no ${executable}: install the Debian package chromium`);

const screenshotFolder = join(outputFolder, 'screenshots');
mkdirSync(screenshotFolder, { recursive: true });

let browser;
after(() => browser?.close());

/// A page in a context of its own. `page.problems` gathers what it did wrong: console errors, violations of the
/// content security policy, exceptions, requests that left `origin`.
export async function openPage(origin, options = {}) {
  browser ??= await chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(message.text()); });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) page.problems.push(`went to ${url}`);
  });
  page.screenshotTo = (name) => page.screenshot({ path: join(screenshotFolder, `${name}.png`), fullPage: true });
  return page;
}

/// A refused request is an error to the console, but no fault of the page's.
export function assertNoProblems(page, ...expected) {
  const others = page.problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)));
  assert.deepEqual(others, []);
}

/// Nothing to scroll sideways.
export async function assertFits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `${page.url()} is ${content} px wide in a window of ${window}`);
}

/// Nothing that axe knows of and that `matters`: all of it, whatever its weight, unless said otherwise.
export async function assertNoViolations(page, matters = () => true) {
  // What is still fading in has the contrast of neither state.
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => {}))));
  await page.evaluate(axe.source); // not by a script element, which the pages' policy forbids
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.filter(matters).map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(found, [], page.url());
}

export function assertAccessible(page) {
  return assertNoViolations(page, ({ impact }) => ['serious', 'critical'].includes(impact));
}
