// Goes through the authorization endpoint and what its pages ask, with good input and bad.
import { createHash } from 'node:crypto';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const fromOurPages = { 'sec-fetch-site': 'same-origin' };

/// `at(operation, method, path, body, options)` calls and writes down; `user` can sign in.
export async function exerciseAuthorization(at, administrator, user) {
  const made = (await at('create_client', 'POST', '/admin/clients', {
    client_name: 'Sailing club', redirect_uris: ['https://site.example/callback'], grant_types: ['authorization_code'],
    scope: 'openid email', token_endpoint_auth_method: 'client_secret_post',
  }, administrator)).body;
  const { client_id } = made.client;
  const request = new URLSearchParams({
    client_id, response_type: 'code', redirect_uri: 'https://site.example/callback', scope: 'openid email', state: 'here',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const post = { headers: form };

  const signIn = await at('sign_browser_in', 'POST', '/auth/session', user);
  const cookie = signIn.headers.get('set-cookie').split(';')[0];
  const browser = { headers: { cookie, ...fromOurPages } };
  await at('authorize', 'GET', '/oauth/authorize?client_id=unknown', undefined, browser);
  await at('authorize', 'GET', `/oauth/authorize?${request}&state=twice`, undefined, browser);
  await at('authorize', 'GET', `/oauth/authorize?${request}&prompt=none`, undefined, browser);
  await at('authorize_by_form', 'POST', '/oauth/authorize', String(request), post);

  const toLogin = await at('authorize', 'GET', `/oauth/authorize?${request}`);
  const back = new URL(new URL(toLogin.headers.get('location'), 'https://id').searchParams.get('return_to'), 'https://id');
  await at('get_request', 'GET', `/oauth/request${back.search}`);
  await at('get_request', 'GET', '/oauth/request?client_id=unknown');
  await at('authorize', 'GET', back.pathname + back.search, undefined, browser);
  await at('get_consent', 'GET', `/oauth/consent${back.search}`, undefined, browser);
  await at('get_consent', 'GET', `/oauth/consent${back.search}`);
  const decision = { client_id, request_uri: back.searchParams.get('request_uri'), allow: true };
  await at('decide_consent', 'POST', '/oauth/consent', decision, { headers: { cookie, 'sec-fetch-site': 'cross-site' } });
  const decided = await at('decide_consent', 'POST', '/oauth/consent', decision, browser);
  await at('authorize', 'GET', decided.body.continue_to, undefined, browser);
  await at('authorize', 'GET', decided.body.continue_to, undefined, browser);
  await at('authorize', 'GET', `/oauth/authorize?${request}&response_mode=form_post`, undefined, browser);

  await at('push_request', 'POST', '/oauth/par', String(request), post);
  const proved = new URLSearchParams([...request, ['client_secret', made.client_secret]]);
  const pushed = await at('push_request', 'POST', '/oauth/par', String(proved), post);
  const pushedRequest = new URLSearchParams({ client_id, request_uri: pushed.body.request_uri });
  await at('authorize', 'GET', `/oauth/authorize?${pushedRequest}`, undefined, browser);
  await at('list_consents', 'GET', '/auth/consents', undefined, browser);
  await at('revoke_consent', 'DELETE', `/auth/consents/${client_id}`, undefined, browser);
  await at('delete_client', 'DELETE', `/admin/clients/${client_id}`, undefined, administrator);
  await at('page', 'GET', '/assets/form-post.js');
}
