// The first minutes of an owner, in a real browser: the link of the first start, the account, the API page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { descriptionOfFocused, pressTabTo, refused } from '../support/pages.mjs';
import { goodPassword, startServer } from '../support/server.mjs';

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const dark = { colorScheme: 'dark' };
let server;

before(async () => { server = await startServer(); });
after(() => server.stop());

describe('before there is an owner', () => {
  for (const [name, options] of Object.entries({ wide: {}, phone, dark, 'phone-dark': { ...phone, ...dark } })) {
    test(`the first page fits, can be read by everybody, and keeps to itself (${name})`, async () => {
      const page = await openPage(server.url, options);
      await page.goto(server.url);
      await page.screenshotTo(`home-${name}`);
      await assertFits(page);
      await assertAccessible(page);
      assertNoProblems(page);
    });
  }

  test('the page without its token says so', async () => {
    const page = await openPage(server.url);
    await page.goto(`${server.url}/setup`);
    await page.getByText('link is incomplete').waitFor();
    assert.equal(await page.locator('form').count(), 0);
  });

  test('the link opens the page, and the keyboard alone makes the account', async () => {
    const page = await openPage(server.url);
    await page.goto(server.setupLink);
    await pressTabTo(page, '[name=email]');
    await page.keyboard.type('owner@example.com');
    await pressTabTo(page, '[name=password]');
    await page.keyboard.type('short');
    await page.keyboard.press('Enter');
    await page.locator('[name=password][aria-invalid=true]:focus').waitFor();
    assert.match(await descriptionOfFocused(page), /at least 8/);
    await assertAccessible(page);
    await page.screenshotTo('setup-short-password');

    await page.keyboard.press('Control+A');
    await page.keyboard.type(goodPassword);
    await pressTabTo(page, '[type=submit]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.getByText('owner@example.com').first().waitFor();
    await assertAccessible(page);
    assertNoProblems(page, refused);
    const { user } = await server.login('owner@example.com');
    assert.deepEqual(user.roles, ['owner']);
  });

  test('a second use of the link is refused', async () => {
    const page = await openPage(server.url);
    await page.goto(server.setupLink);
    await page.getByText('This server has its owner already.').waitFor();
    await page.screenshotTo('setup-second-use');
    assertNoProblems(page);
    const token = server.setupLink.split('token=')[1];
    const answer = await server.post('/auth/setup', { token, email: 'second@example.com', password: goodPassword });
    assert.equal(answer.body.code, 'setup_done');
  });
});

describe('the API page', () => {
  before(() => server.register('ada@example.com'));

  const operation = (page, method, path) => page.locator(`[id="${method.toLowerCase()}-${path}"]`);

  async function openViewer(options) {
    const page = await openPage(server.url, options);
    await page.goto(`${server.url}/docs`);
    await operation(page, 'POST', '/auth/login').waitFor();
    return page;
  }

  async function execute(page, method, path, body) {
    const request = operation(page, method, path).locator('api-request');
    if (body) await request.locator('textarea.request-body-param-user-input').fill(JSON.stringify(body));
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === path);
    await request.getByRole('button', { name: 'Try' }).click();
    const answer = await answered;
    await request.locator('.response-message', { hasText: String(answer.status()) }).waitFor();
    return { status: answer.status(), text: await answer.text() };
  }

  test('shows every operation, and signs in with the token that a try brought', async () => {
    const page = await openViewer();
    const contract = (await server.get('/openapi.json')).body;
    const count = Object.values(contract.paths).flatMap(Object.keys).length;
    assert.equal(await page.locator('api-request').count(), count);
    await page.screenshotTo('docs-wide');

    assert.equal((await execute(page, 'GET', '/auth/me')).status, 401);
    const login = await execute(page, 'POST', '/auth/login', { email: 'ada@example.com', password: goodPassword });
    assert.equal(login.status, 200, login.text);
    await page.getByRole('status').getByText('Signed in').waitFor();
    const me = await execute(page, 'GET', '/auth/me');
    assert.match(me.text, /ada@example\.com/);
    await page.screenshotTo('docs-signed-in');

    assert.equal((await execute(page, 'POST', '/auth/logout')).status, 204);
    assert.equal((await execute(page, 'GET', '/auth/me')).status, 401);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    assertNoProblems(page, refused);
  });

  test('takes a token that was pasted', async () => {
    const { access_token: token } = await server.login('ada@example.com');
    const page = await openViewer();
    await page.locator('.bearer.api-key-input').fill(token);
    await page.getByRole('button', { name: 'Set' }).first().click();
    assert.equal((await execute(page, 'GET', '/auth/me')).status, 200);
    assertNoProblems(page);
  });

  for (const [name, options] of Object.entries({ phone, dark, 'phone-dark': { ...phone, ...dark } })) {
    test(`fits and keeps to itself (${name})`, async () => {
      const page = await openViewer(options);
      await page.screenshotTo(`docs-${name}`);
      await assertFits(page);
      if (options.viewport) await page.getByLabel('Route').selectOption('POST /auth/login');
      const button = operation(page, 'POST', '/auth/login').getByRole('button', { name: 'Try' });
      await button.scrollIntoViewIfNeeded();
      const { x, width } = await button.boundingBox();
      assert.ok(x >= 0 && x + width <= page.viewportSize().width, `the button stands at ${x}`);
      await page.screenshotTo(`docs-${name}-login`);
      await assertFits(page);
      assertNoProblems(page);
    });
  }
});
