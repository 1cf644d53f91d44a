// Mail without a mail server: the link that `serve` prints, and the page behind it, as their reader meets them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { assertAccessible, assertFits, assertNoProblems, openPage } from '../support/browser.mjs';
import { goodPassword, startServer, waitFor } from '../support/server.mjs';

const email = 'ada@example.com';
const refused = /Failed to load resource.*status of 4\d\d/;
// Nothing of the mail may run, send or load; the browser says on the console that it kept it from that.
const blocked = /Content Security Policy|sandboxed|went to \S+pixel.png/;
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true };
const dark = { colorScheme: 'dark' };

const hostileHtml = (tracker) => `<body style="margin:0;background:#eef2f5;font-family:sans-serif">
<table role="presentation" width="100%"><tr><td style="padding:24px">
<div style="max-width:32rem;margin:auto;padding:24px;background:#ffffff;border-radius:12px">
<h1 id="title" style="margin:0 0 12px;color:rgb(11, 92, 143);font-size:22px">Your report is ready</h1>
<p>Hello Ada, it has <b>12 pages</b> on the engine.</p>
<p><a href="/docs" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5c8f;color:#ffffff">Read it</a></p>
</div></td></tr></table>
<script>document.getElementById('title').textContent = 'script ran'</script>
<img src="${tracker}/pixel.png" alt="" onerror="parent.document.title = 'script ran'">
</body>`;

let server;
let mailLink;
const tracker = { hits: 0 };

before(async () => {
  const listener = createServer((request, response) => { tracker.hits += 1; response.end(); });
  await new Promise((resolve) => { listener.listen(0, 'localhost', resolve); });
  listener.unref();
  tracker.url = `http://localhost:${listener.address().port}`;
  server = await startServer();
  mailLink = server.stdout.match(/http:\S+\/mail#token=\S+/)?.[0];
});
after(() => server.stop());

const folder = () => join(server.data, 'mail');
const mailIds = () => readdirSync(folder()).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, 36)).sort();
const row = (page, subject) => page.getByRole('option').filter({ hasText: subject }).first();

/// A mail such as a service of the operator's own could have sent.
function plant(subject, { html = '', text = 'Hello' } = {}) {
  mkdirSync(folder(), { recursive: true });
  const now_ms = Date.now();
  const hex = now_ms.toString(16).padStart(12, '0');
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(plant.count = (plant.count ?? 0) + 1).padStart(12, '0')}`;
  writeFileSync(join(folder(), `${id}.eml`), `Subject: ${subject}\r\n\r\n${text}`);
  writeFileSync(join(folder(), `${id}.json`), JSON.stringify({
    from: { name: 'Analytical Engines', address: 'reports@example.com' }, to: { name: 'Ada Lovelace', address: email },
    subject, date: new Date(now_ms).toISOString(), message_id: `${id}@example.com`, text, html, unsubscribe_url: '',
    attachments: [{ name: 'report.pdf', size: 48213 }],
  }));
  return id;
}

test('serve prints the link, and the page says what to do while there is no mail', async () => {
  assert.ok(mailLink, server.stdout);
  for (const [name, options] of Object.entries({ wide: {}, phone, dark: { ...phone, ...dark } })) {
    const page = await openPage(server.url, options);
    await page.goto(mailLink);
    await page.getByText('VOYAGES_SMTP_URL').waitFor();
    await page.screenshotTo(`mail-empty-${name}`);
    await assertFits(page);
    await assertAccessible(page);
    assertNoProblems(page);
  }
});

describe('without the right token', () => {
  const routes = [['GET', ''], ['GET', '/ID'], ['GET', '/ID/source'], ['DELETE', '/ID'], ['DELETE', '']];

  test('nothing is read and nothing is removed', async () => {
    const id = plant('A secret', { text: 'hush' });
    const wrong = mailLink.split('token=')[1].replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'));
    await server.register('user@example.com');
    const { access_token } = await server.login('user@example.com');
    for (const [method, path] of routes) {
      const target = `/captured-mails${path.replace('ID', id)}`;
      const answers = [
        [401, await server.call(method, target)],
        [401, await server.call(method, target, undefined, { headers: { 'X-Mail-Token': wrong } })],
        [401, await server.call(method, target, undefined, { headers: { 'X-Mail-Token': '' } })],
        [403, await server.call(method, target, undefined, { token: access_token })],
      ];
      for (const [status, answer] of answers) {
        assert.equal(answer.status, status, `${method} ${target}`);
        assert.doesNotMatch(answer.text, /secret|hush|ada@/i);
      }
    }
    assert.ok(mailIds().includes(id));
  });

  test('the page says why', async () => {
    const page = await openPage(server.url);
    await page.goto(`${server.url}/mail`);
    await page.getByRole('alert').getByText('This link is incomplete').waitFor();
    await page.goto('about:blank');
    await page.goto(`${server.url}/mail#token=wrong`);
    await page.getByRole('alert').getByText('not of the running server').waitFor();
    await page.screenshotTo('mail-wrong-token');
    assert.equal(await page.getByText('A secret').count(), 0);
    assertNoProblems(page, refused);
  });
});

test('the mail of a password reset appears by itself, and the keyboard alone follows its link', async () => {
  await server.register(email);
  const page = await openPage(server.url);
  await page.goto(mailLink);
  await page.getByRole('listbox').waitFor();
  const before = await page.getByRole('option').count();
  await server.post('/auth/forgot-password', { email });
  await page.waitForFunction((count) => document.querySelectorAll('[role=option]').length > count, before);
  await page.waitForFunction(() => document.getElementById('news').textContent !== '');

  await page.getByRole('listbox').focus();
  await page.keyboard.press('Home');
  await page.screenshotTo('mail-list-focus');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'subject');
  await page.getByRole('tab', { name: 'Text' }).focus();
  if (await page.getByRole('tab', { name: 'Text' }).getAttribute('aria-selected') === 'false') {
    await page.keyboard.press('Enter');
  }
  const link = page.locator('#view-text a[href*="/reset-password#token="]');
  for (let i = 0; i < 10 && !(await link.evaluate((element) => element === document.activeElement)); ++i) {
    await page.keyboard.press('Tab');
  }
  await page.screenshotTo('mail-text');
  const [reset] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
  await reset.getByLabel('New password').fill('another horse, another staple');
  await reset.getByRole('button', { name: 'Change password' }).click();
  await reset.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  assertNoProblems(page);
  assert.ok((await server.login(email, 'another horse, another staple')).access_token);
  await page.reload();
  await page.getByRole('listbox').waitFor();
});

test('HTML keeps its looks, opens its links in a new tab, runs nothing and loads nothing from elsewhere', async () => {
  plant('Your report is ready', { html: hostileHtml(tracker.url), text: 'See http://localhost/docs.' });
  const page = await openPage(server.url);
  await page.goto(mailLink);
  await row(page, 'Your report is ready').click();
  const title = page.frameLocator('#frame').locator('#title');
  await title.waitFor();
  assert.equal(await title.textContent(), 'Your report is ready');
  assert.equal(await title.evaluate((element) => getComputedStyle(element).color), 'rgb(11, 92, 143)');
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.frameLocator('#frame').getByText('Read it').click()]);
  await tab.waitForLoadState();
  assert.equal(new URL(tab.url()).pathname, '/docs');
  assert.equal(await tab.evaluate(() => globalThis.opener), null);
  assert.equal(await page.title(), 'Mail · Cloud Voyages');
  await page.getByRole('button', { name: 'Phone' }).click();
  assert.ok((await page.locator('#frame').boundingBox()).width <= 375);
  await page.screenshotTo('mail-html-phone-width');
  assert.equal(tracker.hits, 0);
  assertNoProblems(page, blocked);
});

for (const [name, options] of Object.entries({ wide: {}, 'wide-dark': dark, phone, 'phone-dark': { ...phone, ...dark } })) {
  test(`list and mail fit and can be read by everybody (${name})`, async () => {
    const page = await openPage(server.url, options);
    await page.goto(mailLink);
    await row(page, 'Your report is ready').waitFor();
    await page.screenshotTo(`mail-list-${name}`);
    await assertFits(page);
    await assertAccessible(page);
    await row(page, 'Your report is ready').click();
    await page.frameLocator('#frame').locator('#title').waitFor();
    await page.screenshotTo(`mail-html-${name}`);
    await assertFits(page);
    for (const view of ['Text', 'Source']) {
      await page.getByRole('tab', { name: view }).click();
      await page.screenshotTo(`mail-${view.toLowerCase()}-${name}`);
      await assertFits(page);
    }
    await assertAccessible(page);
    assertNoProblems(page, blocked);
  });
}

test('one mail is downloaded as it is, deleted, and then all of them', async () => {
  const id = plant('To be deleted');
  const page = await openPage(server.url);
  await page.goto(mailLink);
  await row(page, 'To be deleted').click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  assert.equal(file.suggestedFilename(), `${id}.eml`);
  assert.equal(readFileSync(await file.path(), 'utf8'), readFileSync(join(folder(), `${id}.eml`), 'utf8'));
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await waitFor('the mail to go', () => !mailIds().includes(id));
  await row(page, 'To be deleted').waitFor({ state: 'detached' });
  page.on('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Delete all' }).click();
  await page.getByRole('heading', { name: 'No mail yet' }).waitFor();
  assert.deepEqual(mailIds(), []);
});

test('an administrator reads mails without the link', async () => {
  const id = plant('For the owner');
  const owner = await server.post('/auth/setup', { token: server.setupLink.split('token=')[1], email: 'owner@example.com', password: goodPassword });
  assert.equal(owner.status, 201);
  const { access_token } = await server.login('owner@example.com');
  const mail = await server.get(`/captured-mails/${id}`, { token: access_token });
  assert.equal(mail.body.subject, 'For the owner');
  const source = await server.get(`/captured-mails/${id}/source`, { token: access_token });
  assert.equal(source.headers.get('content-type'), 'message/rfc822');
});
