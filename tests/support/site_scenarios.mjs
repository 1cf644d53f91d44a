// What every site of docs/integrate/ with a page /members does, whatever it is written in.
import assert from 'node:assert/strict';

import { assertNoProblems, openPage } from './browser.mjs';
import { signIn, signInPage } from './site.mjs';

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

/// Who brings an answer that the provider did not give to this browser stays outside.
export async function refusesForgedAnswers(url, issuer) {
  for (const forge of [
    () => ({ code: 'stolen', state: 'forged', iss: issuer }),
    () => ({ code: 'stolen', iss: issuer }),
    (state) => ({ code: 'invented', state, iss: issuer }),
    (state) => ({ error: 'access_denied', state, iss: issuer }),
  ]) {
    const begun = await fetch(`${url}/sign-in`, { redirect: 'manual' });
    const cookie = begun.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
    const { searchParams } = new URL(begun.headers.get('location'));
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.ok(searchParams.get('nonce'));
    const ask = (path) => fetch(url + path, { headers: { cookie }, redirect: 'manual' });
    const query = new URLSearchParams(forge(searchParams.get('state')));
    const answer = await ask(`/callback?${query}`);
    assert.ok(answer.status >= 400, `${query}: ${answer.status} ${answer.headers.get('location')}`);
    const members = await ask('/members');
    assert.equal(new URL(members.headers.get('location'), url).pathname, '/sign-in');
  }
}
