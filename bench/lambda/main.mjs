// Measures our Lambda bootstrap beside its peers, and counts what each operation costs. Started by bench/lambda/run.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startDynamodbLocal } from '../../tests/support/dynamodb_local.mjs';
import { sourceFolder } from '../../tests/support/server.mjs';
import { startStandIn } from './aws_stand_in.mjs';
import { createTable, startCapacityProxy } from './capacity_proxy.mjs';
import { renderCostPage } from './cost_page.mjs';
import { functionUrlEvent, httpAnswer } from './events.mjs';
import { curlHello, ours, seed, workFolder } from './functions.mjs';
import { countOperations } from './operations.mjs';
import { goals, reportCounts, reportGoals, reportSizes, reportStarts, reportWarm } from './report.mjs';
import { Session } from './session.mjs';
import { startInTurn } from './starts.mjs';

const help = `usage: bench/lambda/run [OPTION]...

Starts our bootstrap, the libcurl hello-world and the seed's FastAPI in turn under a Runtime API on loopback, with a cold
and a warm page cache, then with DynamoDB Local behind them; and counts the calls and capacity units of each operation.
A few minutes, after scripts/package has made the bootstrap.

  --bootstrap FILE  ours; without it scripts/package is run, and build/lambda/bootstrap measured
  --rounds N        starts of each native function (21); the seed takes part in every third
  --only PART       starts, warm or cost
  --write-cost      writes bench/lambda/counts.json and the tables of docs/cost.md from what was counted
  --json FILE       where the figures go (build/bench/lambda.json)
`;

const countsFile = join(sourceFolder, 'bench/lambda/counts.json');
const costPage = join(sourceFolder, 'docs/cost.md');
const skipped = [];

function say(text) { console.error(`- ${text}`); }

function skip(text) {
  skipped.push(text);
  console.error(`\nSKIPPED: ${text}\n`);
}

function check(response) {
  const { status, text } = httpAnswer(response);
  if (status >= 300) throw new Error(`answered ${status}: ${text}`);
  return text;
}

/// DynamoDB Local, or nothing where it cannot be had.
async function startTable() {
  const installed = spawnSync(process.execPath, [join(sourceFolder, 'tests/support/install_dynamodb_local.mjs')], { encoding: 'utf8' });
  if (installed.status === 0) return startDynamodbLocal();
  skip(`no DynamoDB Local, so nothing with a table is measured. ${installed.stderr.trim()}`);
  return undefined;
}

// As template.yaml sets them.
function ourSettings(table, dynamodb, services) {
  return {
    VOYAGES_TABLE: 'dynamodb', VOYAGES_DYNAMODB_TABLE: table, VOYAGES_SQS_QUEUE_URL: services.queueUrl, VOYAGES_S3_BUCKET: 'bench-blobs',
    VOYAGES_SNS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:notices', VOYAGES_MAIL_TRANSPORT: 'ses', VOYAGES_MAIL_FROM: 'Bench <bench@example.com>',
    VOYAGES_MASTER_KEY: randomBytes(32).toString('base64url'), VOYAGES_PUBLIC_URL: 'https://bench.example.com', VOYAGES_SIGN_UP_LIMIT: '0',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL: services.endpoint,
  };
}

function findFunctions(options, table, services) {
  const functions = [];
  if (!existsSync(options.bootstrap)) skip(`there is no ${options.bootstrap}: run scripts/package`);
  else if (!table) skip('our bootstrap needs its table');
  else functions.push(ours(options.bootstrap, ourSettings('voyages-bench', table.endpoint, services)));
  functions.push(curlHello());
  try {
    functions.push(seed(table ? { AWS_ENDPOINT_URL_DYNAMODB: table.endpoint } : {}));
  } catch (error) {
    skip(`the seed cannot be installed by pip: ${error.message}`);
  }
  return functions;
}

const account = { email: 'ada@example.com', password: 'correct horse battery staple' };
const live = functionUrlEvent('GET', '/health/live');
const login = functionUrlEvent('POST', '/auth/login', { body: account });

/// Registers somebody with each function that can, and gives by name the event of a protected call.
async function prepare(functions) {
  const calls = {};
  for (const lambda of functions) {
    const session = new Session(lambda);
    check((await session.send(functionUrlEvent('POST', '/auth/register', { body: account }))).response);
    const { access_token: token } = JSON.parse(check((await session.send(login)).response));
    await session.end();
    calls[lambda.name] = functionUrlEvent('GET', '/auth/me', { token });
  }
  return calls;
}

async function measureStarts(functions, calls, rounds) {
  const starts = {};
  const withTable = functions.filter(({ name }) => calls[name]);
  for (const [cache, cold] of [['cold', true], ['warm', false]]) {
    const measure = async (what, contestants, times) => {
      say(`page cache ${cache}, ${what}`);
      starts[`page cache ${cache}, ${what}`] = await startInTurn(contestants, times, { cold });
    };
    const every = ({ name }) => (name === 'seed' ? 3 : 1);
    await measure('GET /health/live', functions.map((lambda) => ({ lambda, event: live, every: every(lambda), check })), rounds);
    const some = Math.ceil(rounds / 3);
    await measure('GET /auth/me', withTable.map((lambda) => ({ lambda, event: calls[lambda.name], every: every(lambda), check })), some);
    await measure('POST /auth/login', withTable.map((lambda) => ({ lambda, event: login, every: every(lambda), check })), some);
  }
  return starts;
}

async function measureWarm(functions, calls) {
  const warm = { 'GET /health/live': {}, 'GET /auth/me': {}, 'POST /auth/login': {} };
  for (let round = 0; round < 3; ++round) {
    for (const lambda of functions) {
      say(`warm invocations of ${lambda.name}, round ${round + 1}`);
      const session = new Session(lambda);
      const take = async (what, event, times) => {
        await session.send(event); // what happens once has happened
        (warm[what][lambda.name] ??= []).push(...(await session.send(event, times)).took_ms);
      };
      await take('GET /health/live', live, 200);
      if (calls[lambda.name]) {
        await take('GET /auth/me', calls[lambda.name], 100);
        await take('POST /auth/login', login, 5);
      }
      await session.end();
    }
  }
  return warm;
}

async function measureCost(options, table, services) {
  const proxy = await startCapacityProxy(table.endpoint);
  await createTable(table.endpoint, 'voyages-cost');
  say('calls and capacity units of each operation');
  const counts = await countOperations(ours(options.bootstrap, ourSettings('voyages-cost', proxy.endpoint, services)), proxy, services);
  await proxy.stop();
  return counts;
}

// Times differ from machine to machine; calls and units must not.
function countsWithoutTimes(counts) {
  return JSON.stringify(Object.entries(counts).map(([name, { cpu_ms, ...rest }]) => [name, rest]));
}

function keepCost(counts, write) {
  if (write) {
    writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`);
    writeFileSync(costPage, renderCostPage(readFileSync(costPage, 'utf8'), counts));
    say('wrote bench/lambda/counts.json and docs/cost.md');
  } else if (!existsSync(countsFile) || countsWithoutTimes(JSON.parse(readFileSync(countsFile, 'utf8'))) !== countsWithoutTimes(counts)) {
    console.log('\nThese counts are not those of docs/cost.md. To write them there: bench/lambda/run --only cost --write-cost');
  }
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      bootstrap: { type: 'string', default: join(sourceFolder, 'build/lambda/bootstrap') }, rounds: { type: 'string', default: '21' },
      only: { type: 'string' }, 'write-cost': { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
      json: { type: 'string', default: join(sourceFolder, 'build/bench/lambda.json') },
    },
  });
  if (options.help) return console.log(help);
  const wanted = (part) => !options.only || options.only === part;
  mkdirSync(workFolder, { recursive: true });
  say('DynamoDB Local, and the peers\' packages');
  const table = await startTable();
  const services = await startStandIn();
  const functions = findFunctions(options, table, services);
  const own = functions.some(({ name }) => name === 'ours');

  const results = {};
  if (own && wanted('cost')) results.counts = await measureCost(options, table, services);
  if (table) {
    await createTable(table.endpoint, 'voyages-bench');
    await createTable(table.endpoint, 'seed', { withIndex: false });
  }
  const calls = table && (wanted('starts') || wanted('warm')) ? await prepare(functions.filter(({ name }) => name !== 'curl_hello')) : {};
  const starts = wanted('starts') ? await measureStarts(functions, calls, Number(options.rounds)) : {};
  const warm = wanted('warm') ? await measureWarm(functions, calls) : {};
  await services.stop();
  await table?.stop();

  if (wanted('starts')) results.starts = reportStarts(starts);
  if (wanted('warm')) reportWarm(warm);
  reportSizes(functions);
  if (results.counts) reportCounts(results.counts);
  results.goals = goals({ medians: results.starts, functions, counts: results.counts });
  reportGoals(results.goals);
  if (results.counts) keepCost(results.counts, options['write-cost']);
  writeFileSync(options.json, `${JSON.stringify({ ...results, warm, zips_mb: Object.fromEntries(functions.map(({ name, zip_mb }) => [name, zip_mb])) }, null, 2)}\n`);
  for (const reason of skipped) console.log(`\nSKIPPED: ${reason}`);
  return undefined;
}

await main().catch((error) => {
  console.error(`\nbench: ${error.message}\nWhat the functions said is in ${workFolder}/*.log.`);
  process.exit(1);
});
