// docs/integrate/express.md: the site that it shows, driven by Chromium.
import { after, before, test } from 'node:test';

import { freePort, startServer } from '../support/server.mjs';
import { addClientAsShown, shown, siteFolder, startSite, webcrypto } from '../support/site.mjs';
import { refusesForgedAnswers, signsInAndOut } from '../support/site_scenarios.mjs';

let server;
let url;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  const port = await freePort();
  url = `http://localhost:${port}`;
  const client = addClientAsShown(server, 'express.md', { 'http://localhost:3000': url });
  const env = { ISSUER: server.url, SITE: url, SESSION_SECRET: 'a secret of the test', ...client };
  const cwd = siteFolder({ 'site.mjs': shown('express.md', 'js') });
  await startSite(url, ['node', ...webcrypto, 'site.mjs'], { cwd, env });
});

after(() => server?.stop());

test('a member signs in on our page, comes back, and signs out', () => signsInAndOut(url, 'ada@example.com'));

test('a forged answer signs nobody in', () =>
  refusesForgedAnswers(url, server.url, { status: 500, refusedCode: 400 }));
