// The hosted pages by keyboard alone, and where the focus is when something changes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems, assertNoViolations } from '../support/browser.mjs';
import { beginDevice, deviceGrant, pollDevice } from '../support/device.mjs';
import { descriptionOfFocused, fillSignIn, openHosted, openSignedIn, pressTabTo, refused } from '../support/pages.mjs';
import { goodPassword, startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { authorizePath, startVisitedSite, wentAway } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
let server;

before(async () => {
  server = await startServer();
  await server.register(ada);
});
after(() => server.stop());

describe('by keyboard', () => {
  test('alone one signs in, and the first bad field has the focus and its error', async () => {
    const page = await openHosted(server, '/login');
    await pressTabTo(page, '[type=submit]');
    await page.keyboard.press('Enter');
    await page.locator('[name=email][aria-invalid=true]:focus').waitFor();
    assert.equal(await descriptionOfFocused(page), 'Enter your e-mail address.');
    await assertNoViolations(page);
    await page.keyboard.type(ada);
    await pressTabTo(page, '[name=password]');
    await page.keyboard.type(goodPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assertNoProblems(page);
  });

  test('a password can be looked at', async () => {
    const page = await openHosted(server, '/login');
    await pressTabTo(page, '[name=password]');
    await page.keyboard.type('secret words');
    await pressTabTo(page, '.reveal');
    await page.keyboard.press('Space');
    assert.equal(await page.locator('[name=password]').getAttribute('type'), 'text');
    assert.equal(await page.locator('.reveal').getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('[name=password]').inputValue(), 'secret words');
  });

  test('what the server says of a field stands with it, and is where the focus is', async () => {
    const page = await openHosted(server, '/register');
    await page.getByLabel('E-mail address').fill('new@example.com');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await page.locator('[name=password][aria-invalid=true]:focus').waitFor();
    assert.match(await descriptionOfFocused(page), /A password has at least 8 characters/);
    await assertNoViolations(page);
    assertNoProblems(page, refused);
  });

  test('what is wrong with none of the fields has the focus, to be read aloud', async () => {
    const page = await openHosted(server, '/login');
    await fillSignIn(page, ada, 'not the password');
    await page.locator('[role=alert]:focus').getByText('The address or the password is wrong.').waitFor();
    assertNoProblems(page, refused);
  });

  test('Tab goes from the address by the password to the button, and nowhere else', async () => {
    const page = await openHosted(server, '/login');
    await page.locator('[name=email]').focus();
    const passed = [];
    while (passed.at(-1) !== 'submit' && passed.length < 6) {
      await page.keyboard.press('Tab');
      passed.push(await page.evaluate(() => document.activeElement.name || document.activeElement.className.split(' ')[0].replace('button', 'submit')));
    }
    assert.deepEqual(passed, ['password', 'reveal', 'submit']); // what shows the password belongs to its field
    assertNoProblems(page);
  });

  test('a dialog keeps the focus, closes with Escape, and gives it back', async () => {
    const page = await openSignedIn(server, ada);
    await page.waitForLoadState('networkidle'); // what is listed below shifts nothing any more
    await pressTabTo(page, '.danger');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] input:focus').waitFor();
    const { width, height } = page.viewportSize();
    const box = await page.locator('dialog').boundingBox();
    assert.ok(Math.abs(box.x + box.width / 2 - width / 2) < 2 && Math.abs(box.y + box.height / 2 - height / 2) < 2, 'in the middle');
    await assertNoViolations(page);
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement === document.body
        || document.activeElement.closest('dialog') !== null));
    }
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.ok(await page.locator('.danger').evaluate((button) => button === document.activeElement));
    assertNoProblems(page);
  });

  test('alone one asks for a new password', async () => {
    const page = await openHosted(server, '/forgot-password');
    await pressTabTo(page, '[name=email]');
    await page.keyboard.type(ada);
    await page.keyboard.press('Enter');
    await page.locator('h1:focus').getByText('Check your email').waitFor();
    await pressTabTo(page, '.below a');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assertNoProblems(page);
  });

  test('alone one lets a device in, and refuses one', async () => {
    const tool = await addClient(server, 'The Tool', ['--public', '--grant-type', deviceGrant]);
    for (const [button, text, answer] of [['.primary', 'The device is connected', 'id_token'], ['.quiet', 'The device was refused', 'error']]) {
      const device = await beginDevice(server, tool);
      const page = await openSignedIn(server, ada);
      await page.goto(`${server.url}/device`);
      await page.locator('h1').waitFor();
      await pressTabTo(page, '[name=user_code]');
      await page.keyboard.type(device.user_code);
      await page.keyboard.press('Enter');
      await page.locator('h1:focus').getByText('The Tool wants to sign you in').waitFor();
      await pressTabTo(page, `.actions ${button}`);
      await page.keyboard.press('Space');
      await page.locator('h1:focus').getByText(text).waitFor();
      assert.ok(answer in await pollDevice(server, tool, device));
      assertNoProblems(page);
    }
  });

  test('alone one signs out, or stays', async () => {
    const page = await openSignedIn(server, ada);
    await pressTabTo(page, 'header .button');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
    await pressTabTo(page, '.actions .quiet');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await pressTabTo(page, 'header .button');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
    await pressTabTo(page, '.actions .primary');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    assertNoProblems(page);
  });

  test('alone one ends sessions and what sites may do, and reads on where that stood', async () => {
    const site = await startVisitedSite();
    const grace = 'grace@example.com';
    await server.register(grace);
    const page = await openSignedIn(server, grace);
    for (const name of ['The Notebook', 'The Gallery']) {
      await page.goto(server.url + authorizePath(await addClient(server, name, ['--redirect-uri', site.callback]), site.callback));
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForURL(`${site.callback}?*`);
    }
    await server.login(grace);
    await server.login(grace);
    await page.goto(`${server.url}/account`);
    await page.getByText('The Gallery').waitFor();
    await page.waitForLoadState('networkidle');

    const press = async (button, news, heading) => {
      await pressTabTo(page, button);
      await page.keyboard.press('Space');
      await page.locator('.news').getByText(news).waitFor();
      await page.locator('h2:focus').getByText(heading).waitFor();
      await assertNoViolations(page);
    };
    await press('.rows .row button', 'Signed out there.', 'Where you are signed in');
    await press('.rows + button', 'Signed out everywhere else.', 'Where you are signed in');
    await press('.rows .row button', 'may no longer use your account.', 'Connected sites');
    await press('.rows .row button', 'may no longer use your account.', 'Connected sites');
    await page.getByText('None so far.').first().waitFor(); // the news of the last but one may stand there still
    assert.equal(await page.locator('.rows .row').count(), 1, 'this session');
    assertNoProblems(page, wentAway);
  });

  test('the focus can be seen', async () => {
    const page = await openHosted(server, '/login');
    for (let i = 0; i < 6; ++i) {
      await page.keyboard.press('Tab');
      const [name, outline, shadow] = await page.evaluate(() => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
        return [document.activeElement.outerHTML, outlineStyle, boxShadow];
      });
      assert.ok(outline !== 'none' || shadow !== 'none', name);
    }
  });
});

test('nothing moves for those who asked for that', async () => {
  const moving = (page) => page.evaluate(() => document.getAnimations().length + [...document.querySelectorAll('*')]
    .filter((element) => getComputedStyle(element).animationName !== 'none').length);
  assert.equal(await moving(await openHosted(server, '/login')), 0);
  assert.notEqual(await moving(await openHosted(server, '/login', { reducedMotion: 'no-preference' })), 0);
});
