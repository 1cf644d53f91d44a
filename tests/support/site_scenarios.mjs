// What every site of docs/integrate/ with a page /members does, whatever it is written in.
import assert from 'node:assert/strict';

import { assertNoProblems, openPage } from './browser.mjs';
import { readSource } from './server.mjs';
import { hostedPaths, signIn, signInPage } from './site.mjs';

/// A member signs in on our page, comes back, and signs out: of the site and of ours.
export async function signsInAndOut(url, email) {
  const page = await openPage(url);
  await page.goto(`${url}/members`);
  await signIn(page, email);
  await page.waitForURL(`${url}/members`);
  assert.equal(await page.textContent('body'), `For members. You are ${email}.`);

  await page.goto(`${url}/sign-out`);
  await page.waitForURL(`${url}/`);
  assert.match(await page.textContent('body'), /^\s*For everybody\./);
  await page.goto(`${url}/members`);
  await page.waitForURL(signInPage);
  assertNoProblems(page, /^went to/, /favicon/, /404/);
  await page.context().close();
}

/// What a proxy that asks about everything else passes on unasked: who has no account makes one there, and who reads
/// mail unsubscribes.
export async function passesOurPagesOn(url, server) {
  const options = { headers: { accept: 'text/html' }, redirect: 'manual' };
  for (const path of hostedPaths()) {
    const answer = await fetch(url + path, options);
    assert.equal(answer.status, 200, path);
    assert.equal(await answer.text(), await (await fetch(server.url + path, options)).text(), path);
  }
  const { paths } = JSON.parse(readSource('docs/openapi.json'));
  for (const path of Object.keys(paths).filter((each) => each.startsWith('/.well-known/'))) {
    assert.equal((await fetch(url + path, options)).status, 200, path);
  }
  // RFC 8058 §3.1: a mail program unsubscribes by itself, and has no cookie.
  const unsubscribed = await fetch(`${url}/unsubscribe/x`, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  const { code } = await unsubscribed.json();
  assert.deepEqual([unsubscribed.status, code], [400, 'invalid_link']);
}

/// Who brings an answer that the provider did not give to this browser stays outside. What the site answers: `status`,
/// or `refusedCode` where it is the provider that refuses.
export async function refusesForgedAnswers(url, issuer, { status, refusedCode }) {
  for (const [expected, forge] of [
    [status, () => ({ code: 'stolen', state: 'forged', iss: issuer })],
    [status, () => ({ code: 'stolen', iss: issuer })],
    [status, (state) => ({ code: 'stolen', state, iss: 'https://attacker.example' })],
    [refusedCode, (state) => ({ code: 'invented', state, iss: issuer })],
    [status, (state) => ({ error: 'access_denied', state, iss: issuer })],
  ]) {
    const begun = await fetch(`${url}/sign-in`, { redirect: 'manual' });
    const cookie = begun.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    const { searchParams } = new URL(begun.headers.get('location'));
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.ok(searchParams.get('nonce'));
    const ask = (path) => fetch(url + path, { headers: { cookie }, redirect: 'manual' });
    const query = new URLSearchParams(forge(searchParams.get('state')));
    const answer = await ask(`/callback?${query}`);
    assert.equal(answer.status, expected, `${query}: ${answer.headers.get('location')}`);
    const members = await ask('/members');
    assert.equal(new URL(members.headers.get('location'), url).pathname, '/sign-in');
  }
}
