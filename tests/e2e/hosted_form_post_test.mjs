// The page that posts an answer to a site (`response_mode=form_post`), in a browser: with scripts nobody sees it for
// long, without them it has a button.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertNoProblems, openPage } from '../support/browser.mjs';
import { assertEveryLook, openSignedIn, pressTabTo } from '../support/pages.mjs';
import { startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { authorizePath, startVisitedSite, wentAway } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
let server;
let site;
let client;

before(async () => {
  site = await startVisitedSite();
  server = await startServer({ settings: { VOYAGES_PRODUCT_NAME: 'Sunny & Söhne', VOYAGES_BRAND_COLOR: '#5a2d82' } });
  await server.register(ada);
  client = await addClient(server, 'The Notebook', ['--first-party', '--redirect-uri', site.callback]);
});
after(() => server.stop());

const answerPage = (changes) => server.url + authorizePath(client, site.callback, { response_mode: 'form_post', ...changes });

/// What the site got, which is in no address.
function assertPosted(page, expected) {
  const { method, path, body } = site.arrived.filter(({ path: each }) => each.startsWith('/callback')).at(-1);
  assert.deepEqual([method, path], ['POST', '/callback']);
  const { code, ...fields } = Object.fromEntries(new URLSearchParams(body));
  assert.deepEqual(fields, { iss: server.url, ...expected });
  assert.equal(page.url(), site.callback);
  return code;
}

test('the answer is posted by itself', async () => {
  const page = await openSignedIn(server, ada);
  const state = '"><script>alert(1)</script>{{action}} é';
  await page.goto(answerPage({ state })).catch(() => {}); // the page is left while it is loading
  await page.waitForURL(site.callback);
  assert.ok(assertPosted(page, { state }));
  assertNoProblems(page, wentAway);
});

test('the answer is posted by the button without scripts, by keyboard too', async () => {
  const { cookies } = await (await openSignedIn(server, ada)).context().storageState();
  const page = await openPage(server.url, { javaScriptEnabled: false, storageState: { cookies, origins: [] } });
  await page.goto(answerPage({ state: 'first' }));
  await page.getByRole('button', { name: 'Continue' }).click({ force: true }); // no frame callbacks tell that it stands still
  await page.waitForURL(site.callback);
  assert.ok(assertPosted(page, { state: 'first' }));

  await page.goto(answerPage({ state: 'second', prompt: 'none', scope: 'no"scope' }));
  await pressTabTo(page, '.button.primary');
  await page.keyboard.press('Enter');
  await page.waitForURL(site.callback);
  assert.equal(assertPosted(page, { state: 'second', error: 'invalid_scope',
    error_description: new URLSearchParams(site.arrived.at(-1).body).get('error_description') }), undefined);
  assertNoProblems(page, wentAway);
});

for (const [locale, title, button] of [['en', 'One more step', 'Continue'], ['de', 'Noch ein Schritt', 'Weiter']]) {
  test(`the page is like the others, under the operator’s name (${locale})`, async () => {
    const page = await openSignedIn(server, ada, { locale });
    await page.route('**/assets/form-post.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.goto(answerPage());
    assert.equal(await page.locator('html').getAttribute('lang'), locale);
    assert.equal(await page.title(), `${title} · Sunny & Söhne`);
    await page.getByRole('banner').getByText('Sunny & Söhne').waitFor();
    await page.getByText(new URL(site.url).host).waitFor();
    await page.mouse.move(0, 0); // off the button, which would look as one that is pointed at
    const background = await page.getByRole('button', { name: button })
      .evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.equal(background, 'rgb(90, 45, 130)');
    await assertEveryLook(page, `form-post-${locale}`);
    assertNoProblems(page);
  });
}

test('the page speaks the language that the site asks for', async () => {
  const page = await openSignedIn(server, ada);
  await page.route('**/assets/form-post.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(answerPage({ ui_locales: 'fr de-AT' }));
  await page.getByRole('button', { name: 'Weiter' }).waitFor();
  assertNoProblems(page);
});
