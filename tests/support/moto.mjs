// Moto's server: SQS, SES, SNS and S3 on this machine. It is installed from its registry into the build folder, once.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { atExit, freePort, outputFolder, waitFor } from './server.mjs';
import { skipTest } from './skip.mjs';
import { unsignedAuthorization } from './unsigned.mjs';

const version = '5.2.2';
const packages = [`moto[s3,sqs,sns,ses]==${version}`, 'flask==3.1.2', 'flask-cors==6.0.1'];
const environment = join(outputFolder, `moto-${version}`);
export const region = 'eu-central-1';

// Two tests may install at once: each makes its own, and the first to finish gives it the name.
function install() {
  if (existsSync(environment)) return;
  const draft = mkdtempSync(`${environment}-`);
  for (const command of [
    ['python3', '-m', 'venv', '--clear', draft],
    [join(draft, 'bin/python'), '-m', 'pip', '--quiet', '--disable-pip-version-check', 'install', '--only-binary=:all:',
      ...packages],
  ]) {
    const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    if (result.error || result.status !== 0) {
      rmSync(draft, { recursive: true, force: true });
      skipTest(`moto cannot be installed: ${result.error ?? result.stderr}`);
    }
  }
  try {
    renameSync(draft, environment);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(environment)) throw error;
  }
}

class Moto {
  constructor(child, ended, endpoint) {
    Object.assign(this, { child, ended, endpoint });
    /// What a program needs to use it. Signatures are not checked, unless `requireSignatures` was called.
    this.settings = {
      AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
    };
  }

  /// A call by the query protocol: await moto.query('sns', '2010-03-31', { Action: 'ListTopics' }) is its XML.
  async query(service, apiVersion, parameters) {
    const response = await fetch(this.endpoint, {
      method: 'POST', headers: { authorization: unsignedAuthorization(service, region) },
      body: new URLSearchParams({ Version: apiVersion, ...parameters }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${parameters.Action}: ${response.status} ${text}`);
    return text;
  }

  /// From now on every request must be signed, with keys of a user who may do everything; `settings` has them.
  async requireSignatures() {
    const iam = (parameters) => this.query('iam', '2010-05-08', { UserName: 'voyages', ...parameters });
    await iam({ Action: 'CreateUser' });
    await iam({
      Action: 'PutUserPolicy', PolicyName: 'everything', PolicyDocument: JSON.stringify({
        Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    });
    const keys = await iam({ Action: 'CreateAccessKey' });
    this.settings.AWS_ACCESS_KEY_ID = keys.match(/<AccessKeyId>(.+)<\/AccessKeyId>/)[1];
    this.settings.AWS_SECRET_ACCESS_KEY = keys.match(/<SecretAccessKey>(.+)<\/SecretAccessKey>/)[1];
    await fetch(`${this.endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  }

  /// The mails that SES took, as moto keeps them: [{ id, source, destinations, raw_data, … }]
  async sentMails() {
    const response = await fetch(`${this.endpoint}/moto-api/data.json`);
    const { ses } = await response.json();
    return ses?.RawMessage ?? [];
  }

  async stop() {
    this.child.ref();
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/// Starts it: { endpoint, settings, stop(), … }.
export async function startMoto() {
  install();
  const port = await freePort();
  const child = spawn(join(environment, 'bin/python'), ['-m', 'moto.server', '-p', String(port)],
    { stdio: ['ignore', 'ignore', 'ignore'] });
  let end;
  const ended = new Promise((resolve) => child.on('close', (code, signal) => { end = code ?? signal; resolve(); }));
  atExit(() => child.kill('SIGKILL'));
  const moto = new Moto(child, ended, `http://127.0.0.1:${port}`);
  await waitFor('moto to answer', async () => {
    if (end !== undefined) throw new Error(`moto ended with ${end}`);
    return fetch(`${moto.endpoint}/moto-api/data.json`).then((response) => response.ok, () => false);
  }, 60_000);
  child.unref();
  return moto;
}
