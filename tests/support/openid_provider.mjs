// Somebody else's sign-in, for social login: a certified OpenID provider, and GitHub as its documentation has it. Both on
// 127.0.0.1, which is another site than localhost.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { importPackage } from './skip.mjs';

const { default: Provider } = await importPackage('oidc-provider');

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

/// `accounts` by login name: their claims. Signing in there takes any password.
export async function startOpenIdProvider({ clientId, clientSecret, redirectUri, accounts }) {
  let handler;
  const server = createServer((request, response) => handler(request, response));
  const issuer = await listen(server);
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true, methods: ['S256'] },
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_, login) => accounts[login]
      && { accountId: login, claims: () => ({ sub: login, ...accounts[login] }) },
  });
  handler = provider.callback();
  return { issuer, provider };
}

/// A GitHub server of one's own, which lets the user through at once: https://docs.github.com/en/apps/oauth-apps
export async function startGithub({ clientId, clientSecret, user, emails }) {
  const github = { user, emails, requests: [] };
  const codes = new Map();
  const json = (response, status, body) => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  };

  function authorize(url, response) {
    const code = `code-${codes.size}`;
    codes.set(code, Object.fromEntries(url.searchParams));
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', url.searchParams.get('state'));
    back.searchParams.set('iss', `${github.url}/login/oauth`);
    response.writeHead(302, { Location: back.href }).end();
  }

  async function giveToken(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const form = new URLSearchParams(body);
    github.requests.push(Object.fromEntries(form));
    const asked = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    if (!asked || form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret
      || form.get('redirect_uri') !== asked.redirect_uri) {
      return json(response, 200, { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
    }
    return json(response, 200, { access_token: 'gho_test', scope: 'read:user,user:email', token_type: 'bearer' });
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, github.url);
    if (url.pathname === '/login/oauth/authorize') return authorize(url, response);
    if (url.pathname === '/login/oauth/access_token') return giveToken(request, response);
    if (request.headers.authorization !== 'Bearer gho_test') return json(response, 401, { message: 'Bad credentials' });
    if (url.pathname === '/api/v3/user') return json(response, 200, github.user);
    if (url.pathname === '/api/v3/user/emails') return json(response, 200, github.emails);
    return json(response, 404, { message: 'Not Found' });
  });
  github.url = await listen(server);
  return github;
}
