// Measures our Lambda bootstrap beside its peers, and counts what each operation costs. Started by bench/lambda/run.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startDynamodbLocal } from '../../tests/support/dynamodb_local.mjs';
import { sourceFolder } from '../../tests/support/server.mjs';
import { startStandIn } from './aws_stand_in.mjs';
import { createTable } from './capacity_proxy.mjs';
import { renderCostPage } from './cost_page.mjs';
import { curlHello, ours, seed, workFolder } from './functions.mjs';
import { measureCost, measureStarts, measureWarm, prepare, say } from './measure.mjs';
import { shapeOf } from './operations.mjs';
import { goals, reportCounts, reportGoals, reportSizes, reportStarts, reportWarm } from './report.mjs';

const help = `usage: bench/lambda/run [OPTION]...

Starts our bootstrap, the libcurl hello-world and the seed's FastAPI in turn under a Runtime API on loopback, with a
cold and a warm page cache and DynamoDB Local behind them; and counts the calls and capacity units of each operation.
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

function skip(text) {
  skipped.push(text);
  console.error(`\nSKIPPED: ${text}\n`);
}

/// DynamoDB Local, or nothing where it cannot be had.
async function startTable() {
  const installer = join(sourceFolder, 'tests/support/install_dynamodb_local.mjs');
  const installed = spawnSync(process.execPath, [installer], { encoding: 'utf8' });
  if (installed.status === 0) return startDynamodbLocal();
  skip(`no DynamoDB Local, so nothing with a table is measured. ${installed.stderr.trim()}`);
  return undefined;
}

// As template.yaml sets them.
function ourSettings(table, dynamodb, services) {
  return {
    VOYAGES_TABLE: 'dynamodb', VOYAGES_DYNAMODB_TABLE: table, VOYAGES_SQS_QUEUE_URL: services.queueUrl,
    VOYAGES_S3_BUCKET: 'bench-blobs', VOYAGES_SNS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:notices',
    VOYAGES_MAIL_TRANSPORT: 'ses', VOYAGES_MAIL_FROM: 'Bench <bench@example.com>',
    VOYAGES_MASTER_KEY: randomBytes(32).toString('base64url'), VOYAGES_PUBLIC_URL: 'https://bench.example.com',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL: services.endpoint,
  };
}

function findFunctions(bootstrap, table, services) {
  const functions = [];
  if (!existsSync(bootstrap)) skip(`there is no ${bootstrap}: run scripts/package`);
  else if (!table) skip('our bootstrap needs its table');
  else functions.push(ours(bootstrap, ourSettings('voyages-bench', table.endpoint, services)));
  functions.push(curlHello());
  try {
    functions.push(seed(table && { AWS_ENDPOINT_URL_DYNAMODB: table.endpoint }));
  } catch (error) {
    skip(`the seed cannot be installed by pip: ${error.message}`);
  }
  return functions;
}

function sameCounts(one, other) {
  const shape = ({ operations }) => Object.entries(operations).map(([name, count]) => name + shapeOf(count)).join();
  return shape(one) === shape(other);
}

function keepCost(counts, write) {
  if (write) {
    writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`);
    writeFileSync(costPage, renderCostPage(readFileSync(costPage, 'utf8'), counts));
    say('wrote bench/lambda/counts.json and docs/cost.md');
    return;
  }
  const known = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : { operations: {} };
  if (!sameCounts(known, counts)) {
    console.log('\nThese are not the counts of docs/cost.md. To write them there: bench/lambda/run --only cost --write-cost');
  }
}

async function measure(options, wanted, table, services) {
  const functions = findFunctions(options.bootstrap, table, services);
  const results = { functions, starts: {}, warm: {} };
  if (wanted('cost') && functions.some(({ name }) => name === 'ours')) {
    results.counts = await measureCost(table, services, 'voyages-cost',
      (endpoint) => ours(options.bootstrap, ourSettings('voyages-cost', endpoint, services)));
  }
  if (!wanted('starts') && !wanted('warm')) return results;
  if (table) {
    await createTable(table.endpoint, 'voyages-bench');
    await createTable(table.endpoint, 'seed', { withIndex: false });
  }
  const calls = await prepare(functions);
  if (wanted('starts')) results.starts = await measureStarts(functions, calls, Number(options.rounds));
  if (wanted('warm')) results.warm = await measureWarm(functions, calls);
  return results;
}

function report({ functions, starts, warm, counts }, options) {
  const medians = reportStarts(starts);
  reportWarm(warm);
  reportSizes(functions);
  if (counts) reportCounts(counts);
  const reached = goals({ medians, functions, counts });
  reportGoals(reached);
  if (counts) keepCost(counts, options['write-cost']);
  const zips_mb = Object.fromEntries(functions.map(({ name, zip_mb }) => [name, zip_mb]));
  writeFileSync(options.json, `${JSON.stringify({ medians, starts, warm, zips_mb, counts, goals: reached }, null, 2)}\n`);
  console.log(`\nThe same and each single figure as JSON: ${options.json}`);
  for (const reason of skipped) console.log(`\nSKIPPED: ${reason}`);
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      bootstrap: { type: 'string', default: join(sourceFolder, 'build/lambda/bootstrap') },
      rounds: { type: 'string', default: '21' },
      only: { type: 'string' },
      'write-cost': { type: 'boolean' },
      json: { type: 'string', default: join(sourceFolder, 'build/bench/lambda.json') },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (options.help) {
    console.log(help);
    return;
  }
  if (!(Number(options.rounds) >= 1)) throw new Error(`--rounds takes a number from 1, not ${options.rounds}`);
  if (options.only && !['starts', 'warm', 'cost'].includes(options.only)) {
    throw new Error(`--only takes starts, warm or cost, not ${options.only}`);
  }
  mkdirSync(workFolder, { recursive: true });
  say('DynamoDB Local, and the packages of the peers');
  const table = await startTable();
  const services = await startStandIn();
  report(await measure(options, (part) => [undefined, part].includes(options.only), table, services), options);
  await services.stop();
  await table?.stop();
}

await main().catch((error) => {
  const hint = error.code?.startsWith('ERR_PARSE_ARGS') ? 'See --help.' : `What the functions said is in ${workFolder}/*.log.`;
  console.error(`\nbench: ${error.message}\n${hint}`);
  process.exit(1);
});
