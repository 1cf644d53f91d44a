// Every built-in mail in a real browser: on a phone and on a desktop, by day and by night.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { outputFolder } from '../support/server.mjs';

const previews = join(outputFolder, 'mail');
execFileSync(process.env.VOYAGES_PREVIEW_TEMPLATES ?? join(outputFolder, 'preview_templates'), [previews]);
const mails = readdirSync(previews).filter((name) => name.endsWith('.html'));

/// The least contrast of any visible text with what is behind it (WCAG 2.1, relative luminance), and its words.
function leastContrast() {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parse(color).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  let least = { ratio: 21, text: '' };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility()) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least.ratio) least = { ratio, text };
  }
  return least;
}

assert.equal(mails.length, 26);
for (const colorScheme of ['light', 'dark']) {
  for (const width of [360, 1024]) {
    test(`every mail looks right at ${width} px, ${colorScheme}`, async () => {
      const page = await openPage('null', { viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: true });
      page.problems = [];
      for (const mail of mails) {
        await page.goto(pathToFileURL(join(previews, mail)).href);
        await assertFits(page);
        const { ratio, text } = await page.evaluate(leastContrast);
        assert.ok(ratio >= 4.5, `${mail}: «${text}» has a contrast of ${ratio.toFixed(2)}`);
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(background, colorScheme === 'dark' ? 'rgb(18, 24, 30)' : 'rgb(242, 244, 246)');
        for (const button of await page.locator('a.button').all()) {
          const box = await button.boundingBox();
          assert.ok(box.height >= 44, `${mail}: the button is ${box.height} px high`);
          assert.ok(box.x >= 0 && box.x + box.width <= width, `${mail}: the button is cut off`);
        }
        await assertAccessible(page);
        await page.screenshotTo(`mail_${mail.replace('.html', '')}_${width}_${colorScheme}`);
      }
      page.problems = page.problems.filter((problem) => !problem.startsWith('went to file:'));
      assertNoProblems(page);
      await page.context().close();
    });
  }
}
