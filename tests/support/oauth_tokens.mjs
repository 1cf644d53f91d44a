// Goes through the token endpoint and those that take tokens, with good input and bad.
import { createHash } from 'node:crypto';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const redirectUri = 'https://site.example/callback';
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/// `at(operation, method, path, body, options)` calls and writes down; `user` can sign in.
export async function exerciseTokens(at, administrator, user) {
  const made = (await at('create_client', 'POST', '/admin/clients', {
    client_name: 'Rowing club', redirect_uris: [redirectUri], scope: 'openid email reports:read', first_party: true,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'],
  }, administrator)).body;
  const { client_id } = made.client;
  const basic = `Basic ${Buffer.from(`${client_id}:${made.client_secret}`).toString('base64')}`;
  const call = (operation, path, parameters, headers = { authorization: basic }) =>
    at(operation, 'POST', path, String(new URLSearchParams(parameters)), { headers: { ...form, ...headers } });

  const signIn = await at('sign_browser_in', 'POST', '/auth/session', user);
  const browser = { headers: { cookie: signIn.headers.get('set-cookie').split(';')[0], 'sec-fetch-site': 'same-origin' } };
  const request = new URLSearchParams({
    client_id, response_type: 'code', redirect_uri: redirectUri, scope: 'openid email',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const redirected = await at('authorize', 'GET', `/oauth/authorize?${request}`, undefined, browser);
  const code = new URL(redirected.headers.get('location')).searchParams.get('code');
  const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  await call('token', '/oauth/token', grant, {});
  await call('token', '/oauth/token', { grant_type: 'password' });
  await call('token', '/oauth/token', grant, { authorization: basic, dpop: 'nonsense' });
  const first = (await call('token', '/oauth/token', grant)).body;
  const { access_token, refresh_token } = (await call('token', '/oauth/token',
    { grant_type: 'refresh_token', refresh_token: first.refresh_token })).body;
  await call('token', '/oauth/token', { grant_type: 'client_credentials' });

  await at('userinfo', 'GET', '/oauth/userinfo');
  await at('userinfo', 'GET', '/oauth/userinfo', undefined, { token: 'nonsense' });
  await at('userinfo', 'GET', '/oauth/userinfo', undefined, { token: access_token });
  await at('post_userinfo', 'POST', '/oauth/userinfo', undefined, { token: access_token });
  await call('introspect', '/oauth/introspect', { token: access_token }, {});
  await call('introspect', '/oauth/introspect', { token: access_token });
  await call('introspect', '/oauth/introspect', { token: refresh_token });
  await call('introspect', '/oauth/introspect', { token: 'nonsense' });

  const begun = (await call('authorize_device', '/oauth/device_authorization', { scope: 'openid' })).body;
  const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: begun.device_code };
  await call('token', '/oauth/token', poll);
  const asked = `/oauth/device/request?user_code=${begun.user_code}`;
  await at('get_device_request', 'GET', asked);
  await at('get_device_request', 'GET', asked, undefined, browser);
  await at('get_device_request', 'GET', '/oauth/device/request?user_code=AAAA', undefined, browser);
  await at('decide_device_request', 'POST', '/oauth/device/decision', { user_code: begun.user_code, allow: true }, browser);
  await call('token', '/oauth/token', poll);

  await call('revoke', '/oauth/revoke', {});
  await call('revoke', '/oauth/revoke', { token: refresh_token });
  await call('introspect', '/oauth/introspect', { token: access_token });
  await at('userinfo', 'GET', '/oauth/userinfo', undefined, { token: access_token });
  await at('delete_client', 'DELETE', `/admin/clients/${client_id}`, undefined, administrator);
}
