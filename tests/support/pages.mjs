// The hosted pages in a browser: how they look, who signs in on them, and what must hold on each of them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { assertFits, assertNoViolations, openPage } from './browser.mjs';
import { goodPassword, readSource, waitFor } from './server.mjs';

const desktop = { width: 1280, height: 900 };
const phone = { width: 320, height: 700 };
export const looks = {
  light: { viewport: desktop, colorScheme: 'light' },
  dark: { viewport: desktop, colorScheme: 'dark' },
  'phone-light': { viewport: phone, colorScheme: 'light' },
  'phone-dark': { viewport: phone, colorScheme: 'dark' },
};

/// Enough for what differs from a page that is looked at in full by a few lines.
export const fewLooks = ['light', 'phone-dark'];

/// The texts of the pages in that language, by their keys.
export const textsIn = (locale) => JSON.parse(readSource(`frontend/messages/${locale}.json`));

/// A refused request is an error to the console, but no fault of the page's.
export const refused = /Failed to load resource.*status of 4\d\d/;

/// In light and dark, on a desktop and on a phone; with a picture of each.
export async function assertEveryLook(page, name, which = Object.keys(looks)) {
  for (const look of which) {
    const { viewport, colorScheme } = looks[look];
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshotTo(`${name}-${look}`);
    await assertFits(page);
    await assertNoViolations(page);
  }
}

/// A page of this path, ready to be read.
export async function openHosted(server, path, options = {}) {
  const page = await openPage(server.url, { reducedMotion: 'reduce', locale: 'en', ...options });
  await page.goto(new URL(path, server.url).href);
  await page.locator('h1').waitFor();
  return page;
}

export async function fillSignIn(page, email, password = goodPassword) {
  await page.locator('[autocomplete=username]').fill(email);
  await page.locator('[autocomplete=current-password]').fill(password);
  await page.locator('form [type=submit]').click();
}

/// A page of somebody who has just signed in, at their account.
export async function openSignedIn(server, email, options) {
  const page = await openHosted(server, '/login', options);
  await fillSignIn(page, email);
  await page.waitForURL(`${server.url}/account`);
  await page.locator('h1').waitFor();
  return page;
}

/// The Tab key, until what the selector names has the focus.
export async function pressTabTo(page, selector) {
  for (let i = 0; i < 40; ++i) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the Tab key does not reach ${selector}`);
}

/// The texts that belong to the focused field by `aria-describedby`.
export function descriptionOfFocused(page) {
  return page.evaluate(() => (document.activeElement?.getAttribute('aria-describedby') ?? '').split(' ')
    .map((id) => document.getElementById(id)?.textContent).join(' '));
}

/// The link to this page in the newest captured mail that has one (and is to `to`), once it is there.
export function mailedLink(server, page, to) {
  const folder = join(server.data, 'mail');
  return waitFor(`a mail with a link to ${page}`, () => {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    return names.sort().reverse().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
      .filter((mail) => !to || JSON.stringify(mail.to).includes(to))
      .flatMap(({ text }) => text.match(/http:\S+#token=[\w.-]+/g) ?? [])
      .find((link) => new URL(link).pathname === page);
  });
}
