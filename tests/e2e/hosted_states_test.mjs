// What the pages come to once something was done, or was refused: each state, in both languages, as it looks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertNoProblems } from '../support/browser.mjs';
import { beginDevice, deviceGrant, pollDevice } from '../support/device.mjs';
import { assertEveryLook, fewLooks, mailedLink, openHosted, openSignedIn, refused, textsIn } from '../support/pages.mjs';
import { goodPassword, run, startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { authorizePath, startVisitedSite, wentAway } from '../support/visited_site.mjs';

const ada = 'ada@example.com';
let server;
let site;
let notebook;
let tool;

before(async () => {
  site = await startVisitedSite();
  server = await startServer({ settings: { VOYAGES_EMAIL_VERIFICATION: 'required' } });
  const made = await run(['user', 'add', ada, '--password-stdin', '--data', server.data], { input: goodPassword });
  assert.equal(made.code, 0, made.stderr);
  notebook = await addClient(server, 'The Notebook', ['--redirect-uri', site.callback]);
  tool = await addClient(server, 'The Tool', ['--public', '--grant-type', deviceGrant]);
});
after(() => server.stop());

const submit = (page) => page.locator('form [type=submit]').click();
const fill = (page, name, value) => page.locator(`[name=${name}]`).fill(value);
const allow = (page) => page.locator('.actions .primary').click();
const register = (email) => server.post('/auth/register', { email, password: goodPassword });

async function reachDecision(page) {
  const device = await beginDevice(server, tool);
  await page.goto(device.verification_uri_complete);
  await submit(page);
  await page.getByText(device.user_code).waitFor();
  return device;
}

/// Presses the button of this name, and waits for the dialog that it opens.
async function openDialog(page, name) {
  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name }).click();
  await page.locator('dialog[open]').waitFor();
  await page.waitForLoadState('networkidle');
}

// By the name of the picture: the text that says where one is, and how one gets there. `page` is at the sign-in page.
const signedOut = {
  'forgot-password-sent': ['forgot.done', async (page) => {
    await page.goto(`${server.url}/forgot-password`);
    await fill(page, 'email', ada);
    await submit(page);
  }],
  'reset-password-done': ['reset.done', async (page, { locale }) => {
    const email = `forgetful-${locale}@example.com`;
    await register(email);
    await server.post('/auth/forgot-password', { email });
    await page.goto(await mailedLink(server, '/reset-password', email));
    await fill(page, 'password', 'another horse, another staple');
    await submit(page);
  }],
  'register-check-mail': ['register.check_mail', async (page, { locale }) => {
    await page.goto(`${server.url}/register`);
    await fill(page, 'email', `new-${locale}@example.com`);
    await fill(page, 'password', goodPassword);
    await submit(page);
  }],
  'verify-email-done': ['verify.done', async (page, { locale }) => {
    await register(`unproven-${locale}@example.com`);
    await page.goto(await mailedLink(server, '/verify-email', `unproven-${locale}@example.com`));
    await submit(page);
  }],
  'login-unproven': ['error.email_not_verified', async (page, { locale }) => {
    await register(`waiting-${locale}@example.com`);
    await fill(page, 'email', `waiting-${locale}@example.com`);
    await fill(page, 'password', goodPassword);
    await submit(page);
  }],
  'error-invalid-request': ['error_page.invalid_request', (page) =>
    page.goto(`${server.url + authorizePath(notebook, site.callback)}&client_id=another`)],
  'error-invalid-request-uri': ['error_page.invalid_request_uri', (page) =>
    page.goto(server.url + authorizePath(notebook, site.callback, { request_uri: 'urn:ietf:params:oauth:request_uri:over' }))],
};

const signedIn = {
  'device-unknown': ['error.unknown_user_code', async (page) => {
    await page.goto(`${server.url}/device?user_code=BCDF-GHJK`);
    await submit(page);
  }],
  'device-decision': ['device.warning', reachDecision],
  'device-done': ['device.allowed', async (page) => {
    const device = await reachDecision(page);
    await allow(page);
    await page.locator('h1:focus').waitFor();
    assert.ok((await pollDevice(server, tool, device)).id_token);
  }],
  'device-refused': ['device.denied', async (page) => {
    const device = await reachDecision(page);
    await page.locator('.actions .quiet').click();
    await page.locator('h1:focus').waitFor();
    assert.equal((await pollDevice(server, tool, device)).error, 'access_denied');
  }],
  'consent-over': ['consent.no_request', (page) =>
    page.goto(`${server.url}/consent?client_id=${notebook.CLIENT_ID}&request_uri=urn:made:up`)],
  'account-with-sites': ['account.remove_site', async (page) => {
    await page.goto(server.url + authorizePath(notebook, site.callback, { prompt: 'consent' }));
    await allow(page);
    await page.waitForURL(`${site.callback}?*`);
    await page.goto(`${server.url}/account`);
    await page.getByText('The Notebook').waitFor();
    await page.waitForLoadState('networkidle');
  }],
  'account-change-address': ['account.change_email_lead', (page, { texts }) => openDialog(page, texts['account.change_email'])],
  'account-change-password': ['new_password', (page, { texts }) => openDialog(page, texts['account.change_password'])],
  'account-delete': ['account.delete_forever', (page, { texts }) => openDialog(page, texts['account.delete'])],
};

for (const locale of ['en', 'de']) {
  describe(`can be seen and read by everybody (${locale})`, () => {
    const texts = textsIn(locale);
    const look = async (page, name, [key, reach]) => {
      page.problems.length = 0;
      await page.setViewportSize({ width: 1280, height: 900 });
      await reach(page, { locale, texts });
      await page.getByText(texts[key]).first().waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), locale);
      await assertEveryLook(page, `state-${name}-${locale}`, fewLooks);
      assertNoProblems(page, refused, wentAway);
    };

    for (const [name, state] of Object.entries(signedOut)) {
      test(name, async () => look(await openHosted(server, '/login', { locale }), name, state));
    }

    let page;
    before(async () => { page = await openSignedIn(server, ada, { locale }); });
    for (const [name, state] of Object.entries(signedIn)) test(name, () => look(page, name, state));
  });
}
