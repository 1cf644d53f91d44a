// docs/integrate/cli.md: the sign-in of a command line that it shows, allowed and refused in Chromium.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openPage } from '../support/browser.mjs';
import { startServer, waitFor } from '../support/server.mjs';
import { addClientAsShown, shown, signIn, siteFolder } from '../support/site.mjs';
import { skipTest } from '../support/skip.mjs';

if (spawnSync('jq', ['--version']).error) skipTest('jq is not installed: run ./test, which installs it');

let server;
let client;

before(async () => {
  server = await startServer();
  await server.register('ada@example.com');
  client = addClientAsShown(server, 'cli.md');
});

after(() => server?.stop());

/// The tool as it is printed on the page: {link, code, output, ended} once it has said where to go.
async function startTool() {
  const cwd = siteFolder({ 'sign-in.sh': shown('cli.md', 'sh', {}, 1) });
  const { PATH } = process.env;
  const child = spawn('bash', ['sign-in.sh'], { cwd, env: { PATH, ISSUER: server.url, CLIENT_ID: client.CLIENT_ID } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (text) => { output[name] += text; });
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  const [, link, code] = await waitFor('the link', () => output.stderr.match(/Open (\S+)\nand see that it shows (\S+)\./));
  return { cwd, link, code, output, ended };
}

async function decide(tool, button) {
  const page = await openPage(server.url);
  await page.goto(tool.link);
  await signIn(page, 'ada@example.com');
  await page.getByText('My tool').first().waitFor();
  assert.match(await page.textContent('body'), new RegExp(tool.code));
  await page.getByRole('button', { name: button }).click();
  return page;
}

test('a tool is allowed in the browser, and knows its user', { timeout: 60_000 }, async () => {
  const tool = await startTool();
  await decide(tool, /^allow$/i);
  assert.equal(await tool.ended, 0, tool.output.stderr);
  assert.equal(tool.output.stdout, 'You are ada@example.com.\n');

  const file = join(tool.cwd, 'tokens.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { refresh_token: first } = JSON.parse(readFileSync(file, 'utf8'));
  const refreshed = await fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: client.CLIENT_ID, refresh_token: first }),
  });
  assert.equal(refreshed.status, 200);
  assert.notEqual((await refreshed.json()).refresh_token, first);
});

test('a tool that is refused says so, and has no token', { timeout: 60_000 }, async () => {
  const tool = await startTool();
  await decide(tool, /^(deny|refuse|cancel)$/i);
  assert.equal(await tool.ended, 1);
  assert.equal(tool.output.stdout, '');
  assert.throws(() => readFileSync(join(tool.cwd, 'tokens.json')));
});
