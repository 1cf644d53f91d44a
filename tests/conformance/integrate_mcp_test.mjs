// docs/integrate/mcp.md: the server that it shows, found, registered at and called by MCP's own client.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { freePort, startServer } from '../support/server.mjs';
import { shown, siteFolder, startSite, webcrypto } from '../support/site.mjs';
import { importPackage } from '../support/skip.mjs';
import { Visitor } from '../support/visitor.mjs';
import '../support/webcrypto.mjs';

const { Client } = await importPackage('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = await importPackage('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { UnauthorizedError } = await importPackage('@modelcontextprotocol/sdk/client/auth.js');

const redirect_uri = 'http://127.0.0.1:33418/callback';

let server;
let user;
let resource;
let ada;

before(async () => {
  server = await startServer({ settings: { VOYAGES_CLIENT_REGISTRATION: 'open' } });
  user = await server.register('ada@example.com');
  ada = await new Visitor(server).signIn('ada@example.com');
  const port = await freePort();
  resource = `http://localhost:${port}/mcp`;
  const cwd = siteFolder({ 'mcp.mjs': shown('mcp.md', 'js') });
  await startSite(resource, ['node', ...webcrypto, 'mcp.mjs'], { cwd, env: { ISSUER: server.url, RESOURCE: resource } });
});

after(() => server?.stop());

/// What an MCP client keeps, and where it sends its user.
class Memory {
  get redirectUrl() { return redirect_uri; }

  get clientMetadata() {
    return { client_name: 'An assistant', redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
  }

  state() { return 'the state of the test'; }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.saved; }
  saveTokens(tokens) { this.saved = tokens; }
  redirectToAuthorization(url) { this.url = url; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
}

/// The user allows it on our page: where the browser is sent back to.
async function allow(url) {
  const asked = await ada.go(url);
  assert.equal(asked.url.pathname, '/consent');
  const { client_id, request_uri } = Object.fromEntries(asked.url.searchParams);
  const answer = await ada.post('/oauth/consent', { client_id, request_uri, allow: true });
  assert.equal(answer.status, 200);
  return (await ada.go(new URL((await answer.json()).continue_to, server.url))).url;
}

function call(token) {
  return fetch(resource, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
}

test('a client that knows the address alone finds out the rest, and calls a tool for its user', async () => {
  const memory = new Memory();
  const open = () => new StreamableHTTPClientTransport(new URL(resource), { authProvider: memory });
  const first = open();
  await assert.rejects(new Client({ name: 'test', version: '1' }).connect(first), UnauthorizedError);
  assert.equal(memory.url.searchParams.get('resource'), resource);

  const back = await allow(memory.url);
  assert.equal(back.searchParams.get('state'), memory.state());
  await first.finishAuth(back.searchParams.get('code'));

  const client = new Client({ name: 'test', version: '1' });
  await client.connect(open());
  const { content } = await client.callTool({ name: 'whoami' });
  assert.equal(content[0].text, `You are ${user.id}.`);
  await client.close();
  assert.ok(memory.saved.refresh_token);
});

test('a token that is for another server opens nothing', async () => {
  assert.equal((await call()).headers.get('www-authenticate'),
    `Bearer resource_metadata="${new URL(resource).origin}/.well-known/oauth-protected-resource/mcp"`);
  const { access_token: own } = await server.login('ada@example.com');
  const answer = await call(own);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
});
