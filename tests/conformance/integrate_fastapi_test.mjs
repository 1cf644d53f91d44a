// docs/integrate/fastapi.md: the site that it shows, driven by Chromium.
import { after, before, test } from 'node:test';

import { freePort, startServer } from '../support/server.mjs';
import { addClientAsShown, shown, siteFolder, startSite } from '../support/site.mjs';
import { refusesForgedAnswers, signsInAndOut } from '../support/site_scenarios.mjs';
import { authlibPython, installAuthlib } from '../support/authlib.mjs';

installAuthlib();

let server;
let url;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  const port = await freePort();
  url = `http://localhost:${port}`;
  const client = addClientAsShown(server, 'fastapi.md', { 'http://localhost:8000': url });
  const env = { ISSUER: server.url, SITE: url, SESSION_SECRET: 'a secret of the test', ...client };
  // A busy machine answers later than the five seconds that httpx waits.
  const code = shown('fastapi.md', 'python', { 'client_kwargs={': 'client_kwargs={"timeout": 60, ' });
  const cwd = siteFolder({ 'site_main.py': code });
  await startSite(url, [authlibPython, '-m', 'uvicorn', '--port', `${port}`, 'site_main:app'], { cwd, env, timeout_ms: 90_000 });
});

after(() => server?.stop());

test('a member signs in on our page, comes back, and signs out', () => signsInAndOut(url, 'ada@example.com'));

test('a forged answer signs nobody in', () =>
  refusesForgedAnswers(url, server.url, { status: 500, refusedCode: 500 }));
