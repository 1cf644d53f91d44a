// A site that sends people to our pages and gets them back, for tests of what they see in between. It is on 127.0.0.1,
// which is another site than localhost.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const page = '<!doctype html><title>Notebook</title><link rel="icon" href="data:,">';

/// What a page does that goes back to the site.
export const wentAway = /^went to http:\/\/127\.0\.0\.1/;

/// {url, callback, bye}, and `arrived`: {method, path, body} of each request.
export async function startVisitedSite(html = page) {
  const arrived = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    arrived.push({ method: request.method, path: request.url, body });
    response.setHeader('Content-Type', 'text/html');
    response.end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, callback: `${url}/callback`, bye: `${url}/bye`, arrived };
}

/// The path of an authorization request of that client, for `redirectUri`; each of `changes` replaces a parameter.
export function authorizePath({ CLIENT_ID }, redirectUri, changes = {}) {
  const parameters = {
    response_type: 'code', client_id: CLIENT_ID, redirect_uri: redirectUri, scope: 'openid profile email',
    state: 'some state', code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'), ...changes,
  };
  return `/oauth/authorize?${new URLSearchParams(parameters)}`;
}
