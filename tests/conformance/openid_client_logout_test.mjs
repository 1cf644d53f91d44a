// Signing out, and clients that register themselves, as openid-client and jose see it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { discover, openid, signInWith } from '../support/openid_client.mjs';
import { startServer, waitFor } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { importPackage } from '../support/skip.mjs';
import { Visitor } from '../support/visitor.mjs';

const { createRemoteJWKSet, jwtVerify } = await importPackage('jose');

const redirect_uri = 'http://localhost:3000/callback';
const goodbye = 'http://localhost:3000/goodbye';

let server;
let user;
let listener;
let heard;

before(async () => {
  server = await startServer({ settings: { VOYAGES_CLIENT_REGISTRATION: 'open' } });
  user = await server.register('ada@example.com');
  heard = [];
  listener = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    heard.push({ path: request.url, type: request.headers['content-type'], form: new URLSearchParams(body) });
    response.writeHead(200).end();
  });
  await new Promise((resolve) => { listener.listen(0, 'localhost', resolve); });
});

after(async () => {
  listener?.close();
  await server?.stop();
});

test('RP-initiated logout ends the session, tells every client of it, and leads back', async () => {
  const backchannel = (name) => `http://localhost:${listener.address().port}/${name}`;
  const [first, second] = await Promise.all(['first', 'second'].map((name) => addClient(server, name, ['--first-party',
    '--redirect-uri', redirect_uri, '--post-logout-redirect-uri', goodbye, '--backchannel-logout-uri', backchannel(name)])));
  const ada = await new Visitor(server).signIn('ada@example.com');
  const config = await discover(server, first);
  const tokens = await signInWith(config, ada, { redirect_uri });
  const others = await signInWith(await discover(server, second), ada, { redirect_uri });

  const { url } = await ada.go(openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye, state: 'back again',
  }));
  assert.deepEqual([url.origin + url.pathname, url.searchParams.get('state')], [goodbye, 'back again']);

  await waitFor('both logout tokens', () => heard.length >= 2);
  const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
  for (const [name, client, { sid }] of [['first', first, tokens.claims()], ['second', second, others.claims()]]) {
    const { type, form } = heard.find(({ path }) => path === `/${name}`);
    assert.equal(type, 'application/x-www-form-urlencoded');
    const { payload } = await jwtVerify(form.get('logout_token'), keys,
      { issuer: server.url, audience: client.CLIENT_ID, typ: 'logout+jwt', requiredClaims: ['iat', 'exp', 'jti'] });
    assert.deepEqual([payload.sub, payload.sid, payload.nonce], [user.id, sid, undefined]);
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  }
  await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, user.id),
    { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 });
  const again = await ada.go(openid.buildAuthorizationUrl(config, {
    redirect_uri, scope: 'openid', prompt: 'none', state: 's', code_challenge_method: 'S256',
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
  }));
  assert.equal(again.url.searchParams.get('error'), 'login_required');
});

for (const [algorithm, method] of [['RS256', 'ClientSecretBasic'], ['ES256', 'ClientSecretPost'], ['EdDSA', 'None']]) {
  test(`a client registers itself, shows itself by ${method}, and gets ID tokens signed with ${algorithm}`, async () => {
    const token_endpoint_auth_method = method.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
    const metadata = { redirect_uris: [redirect_uri], client_name: 'A stranger', token_endpoint_auth_method,
      id_token_signed_response_alg: algorithm };
    const config = await openid.dynamicClientRegistration(new URL(server.url), metadata, openid[method](),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] });
    const ada = await new Visitor(server).signIn('ada@example.com');
    // Nobody here knows this client: without consent it gets nothing.
    const parameters = { redirect_uri, scope: 'openid', prompt: 'none' };
    await assert.rejects(signInWith(config, ada, parameters), { error: 'consent_required' });

    const asked = await ada.go(openid.buildAuthorizationUrl(config, {
      redirect_uri, scope: 'openid', state: 's', code_challenge_method: 'S256',
      code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    }));
    assert.equal(asked.url.pathname, '/consent');
    const { client_id, request_uri } = Object.fromEntries(asked.url.searchParams);
    const allowed = await ada.post('/oauth/consent', { client_id, request_uri, allow: true });
    assert.equal(allowed.status, 200);
    assert.equal((await signInWith(config, ada, parameters)).claims().sub, user.id);
  });
}
