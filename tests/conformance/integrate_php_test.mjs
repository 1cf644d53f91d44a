// docs/integrate/php.md: the site that it shows, driven by Chromium.
import { after, before, test } from 'node:test';

import { freePort, startServer } from '../support/server.mjs';
import { addClientAsShown, shown, siteFolder, startSite } from '../support/site.mjs';
import { refusesForgedAnswers, signsInAndOut } from '../support/site_scenarios.mjs';

let server;
let url;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  const port = await freePort();
  url = `http://localhost:${port}`;
  const client = addClientAsShown(server, 'php.md', { 'http://localhost:8000': url });
  const env = { ISSUER: server.url, SITE: url, SESSION_SECRET: 'a secret of the test', ...client };
  const cwd = siteFolder({ 'index.php': shown('php.md', 'php') });
  await startSite(url, ['php', '-S', `localhost:${port}`, 'index.php'], { cwd, env: { ...env, PHP_CLI_SERVER_WORKERS: '2' } });
});

after(() => server?.stop());

test('a member signs in on our page, comes back, and signs out', () => signsInAndOut(url, 'ada@example.com'));

test('a forged answer signs nobody in', () =>
  refusesForgedAnswers(url, server.url, { status: 400, refusedCode: 500 }));
