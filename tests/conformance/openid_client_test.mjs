// openid-client through every grant, with its own strict checks: state, nonce, iss, PKCE, signatures, hashes, DPoP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { discover, openid, prepare, signInWith } from '../support/openid_client.mjs';
import { startServer } from '../support/server.mjs';
import { addClient } from '../support/site.mjs';
import { Visitor } from '../support/visitor.mjs';

const redirect_uri = 'http://localhost:3000/callback';
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

let server;
let user;
let ada;
let site;
let tool;

before(async () => {
  server = await startServer();
  user = await server.register('ada@example.com');
  ada = await new Visitor(server).signIn('ada@example.com');
  site = await addClient(server, 'Site', ['--first-party', '--redirect-uri', redirect_uri]);
  tool = await addClient(server, 'Tool', ['--public', '--first-party', '--redirect-uri', redirect_uri,
    '--grant-type', 'authorization_code', '--grant-type', 'refresh_token', '--grant-type', deviceGrant]);
});

after(() => server?.stop());

/// RFC 6750 §3.1, RFC 9449 §7.1: what a resource answers to a token that it does not take.
const challenge = (error) => ({ code, status, cause }) => {
  assert.deepEqual([code, status], ['OAUTH_WWW_AUTHENTICATE_CHALLENGE', 401]);
  assert.deepEqual(cause.map(({ parameters }) => parameters.error).filter(Boolean), [error]);
  return true;
};
const answers = async (promise) => (await promise).status;

test('discovery by OpenID Connect and by RFC 8414 tells the same', async () => {
  const [connect, oauth] = await Promise.all(['oidc', 'oauth2'].map((algorithm) => discover(server, site, { algorithm })));
  assert.deepEqual(connect.serverMetadata(), oauth.serverMetadata());
  assert.equal(connect.serverMetadata().supportsPKCE(), true);
  assert.equal(connect.serverMetadata().authorization_response_iss_parameter_supported, true);
});

for (const kind of ['confidential', 'public']) {
  test(`a ${kind} client signs a visitor in by code and PKCE, and asks who it is`, async () => {
    const config = await discover(server, kind === 'public' ? tool : site);
    const tokens = await signInWith(config, ada, { redirect_uri });
    const claims = tokens.claims();
    assert.equal(claims.sub, user.id);
    assert.equal(claims.email, 'ada@example.com'); // `id_token_claims` is sign_in unless a client says otherwise
    assert.ok(claims.auth_time <= Date.now() / 1000 && claims.sid);
    const told = await openid.fetchUserInfo(config, tokens.access_token, user.id);
    assert.equal(told.email, 'ada@example.com');
  });
}

test('the library refuses an answer that is not for it, and the server one that was used', async () => {
  const config = await discover(server, site);
  const { parameters, checks } = await prepare({ redirect_uri });
  const { url } = await ada.go(openid.buildAuthorizationUrl(config, parameters));
  const otherIssuer = new URL(url);
  otherIssuer.searchParams.set('iss', 'https://attacker.example');
  await assert.rejects(openid.authorizationCodeGrant(config, otherIssuer, checks),
    ({ code, cause }) => code === 'OAUTH_INVALID_RESPONSE' && /"iss"/.test(cause.message));
  await assert.rejects(openid.authorizationCodeGrant(config, url, { ...checks, expectedState: openid.randomState() }),
    ({ code, cause }) => code === 'OAUTH_INVALID_RESPONSE' && /"state"/.test(cause.message));
  await assert.rejects(openid.authorizationCodeGrant(config, url, { ...checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() }),
    { error: 'invalid_grant' });
  // That attempt has used the code up.
  await assert.rejects(openid.authorizationCodeGrant(config, url, checks), { error: 'invalid_grant' });
});

test('a code that comes twice ends what it gave', async () => {
  const config = await discover(server, site);
  const { parameters, checks } = await prepare({ redirect_uri });
  const { url } = await ada.go(openid.buildAuthorizationUrl(config, parameters));
  const tokens = await openid.authorizationCodeGrant(config, url, checks);
  await openid.fetchUserInfo(config, tokens.access_token, user.id);
  await assert.rejects(openid.authorizationCodeGrant(config, url, checks), { error: 'invalid_grant' });
  await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, user.id), challenge('invalid_token'));
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
});

test('the answer may come by form_post', async () => {
  const config = await discover(server, site);
  const { parameters, checks } = await prepare({ redirect_uri, response_mode: 'form_post' });
  const { answer } = await ada.go(openid.buildAuthorizationUrl(config, parameters));
  assert.equal(answer.status, 200);
  const page = await answer.text();
  assert.match(page, /<form[^>]*method="post"[^>]*action="http:\/\/localhost:3000\/callback"/i);
  const fields = [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const posted = new Request(redirect_uri, { method: 'POST', body: new URLSearchParams(fields) });
  assert.equal((await openid.authorizationCodeGrant(config, posted, checks)).claims().sub, user.id);
});

test('a pushed request is taken once, and its parameters cannot be changed on the way', async () => {
  const config = await discover(server, site);
  const { parameters, checks } = await prepare({ redirect_uri });
  const pushed = await openid.buildAuthorizationUrlWithPAR(config, parameters);
  assert.deepEqual([...pushed.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  pushed.searchParams.set('redirect_uri', 'https://attacker.example/');
  const { url } = await ada.go(pushed);
  assert.equal(url.origin, 'http://localhost:3000');
  assert.equal((await openid.authorizationCodeGrant(config, url, checks)).claims().sub, user.id);

  const { answer } = await ada.go(pushed);
  assert.deepEqual([answer.status, answer.headers.get('location')], [400, null]);
  assert.match(await answer.text(), /invalid_request_uri/);
});

test('a refresh token is traded for the next, and ends with the grant', async () => {
  const config = await discover(server, tool);
  const first = await signInWith(config, ada, { redirect_uri, scope: 'openid offline_access' });
  const second = await openid.refreshTokenGrant(config, first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal((await openid.fetchUserInfo(config, second.access_token, user.id)).sub, user.id);
  await openid.tokenRevocation(config, second.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, second.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(openid.fetchUserInfo(config, second.access_token, user.id), challenge('invalid_token'));
});

test('introspection tells what a token is worth, to its client alone', async () => {
  const config = await discover(server, site);
  const tokens = await signInWith(config, ada, { redirect_uri });
  const told = await openid.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([told.active, told.sub, told.client_id], [true, user.id, site.CLIENT_ID]);
  const other = await discover(server, await addClient(server, 'Other', ['--redirect-uri', redirect_uri]));
  assert.deepEqual(await openid.tokenIntrospection(other, tokens.access_token), { active: false });
  await openid.tokenRevocation(config, tokens.access_token);
  assert.deepEqual(await openid.tokenIntrospection(config, tokens.access_token), { active: false });
  assert.deepEqual(await openid.tokenIntrospection(config, 'nonsense'), { active: false });
});

test('a program signs in for itself, for a resource', async () => {
  const program = await addClient(server, 'Program', ['--grant-type', 'client_credentials', '--scope', 'reports:read']);
  const config = await discover(server, program);
  const tokens = await openid.clientCredentialsGrant(config, { scope: 'reports:read', resource: 'https://api.example.com/' });
  assert.equal(tokens.refresh_token, undefined);
  const told = await openid.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([told.active, told.scope, told.aud], [true, 'reports:read', ['https://api.example.com/']]);
  await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'reports:write' }), { error: 'invalid_scope' });
  await assert.rejects(openid.clientCredentialsGrant(await discover(server, site)), { error: 'unauthorized_client' });
});

test('with DPoP a token is worth nothing without its key', async () => {
  const config = await discover(server, tool);
  const handle = () => openid.randomDPoPKeyPair('ES256').then((pair) => openid.getDPoPHandle(config, pair));
  const DPoP = await handle();
  const { parameters, checks } = await prepare({ redirect_uri, scope: 'openid offline_access',
    dpop_jkt: await DPoP.calculateThumbprint() });
  const { url } = await ada.go(openid.buildAuthorizationUrl(config, parameters));
  const tokens = await openid.authorizationCodeGrant(config, url, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, 'dpop');
  assert.equal((await openid.fetchUserInfo(config, tokens.access_token, user.id, { DPoP })).sub, user.id);
  await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, user.id), challenge('invalid_token'));
  await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, user.id, { DPoP: await handle() }),
    challenge('invalid_dpop_proof'));
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: await handle() }),
    { status: 400, error: 'invalid_grant' });
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal((await openid.fetchUserInfo(config, refreshed.access_token, user.id, { DPoP })).sub, user.id);
});

test('a device is allowed, or refused, by a person elsewhere', async () => {
  const config = await discover(server, tool);
  for (const allow of [true, false]) {
    const begun = await openid.initiateDeviceAuthorization(config, { scope: 'openid email' });
    assert.equal(new URL(begun.verification_uri).origin, server.url);
    assert.equal(await answers(ada.post('/oauth/device/decision', { user_code: begun.user_code, allow })), 204);
    const tokens = openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 });
    if (allow) assert.equal((await tokens).claims().sub, user.id);
    else await assert.rejects(tokens, { error: 'access_denied' });
  }
});
