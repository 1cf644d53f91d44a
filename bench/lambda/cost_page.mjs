// docs/cost.md's tables, from counts and list prices.
import { prices, prices_date } from './prices.mjs';

/// What is assumed where this bench cannot measure. Said on the page.
export const assumed = { dynamodb_ms: 5, other_ms: 15, whole_processor_mb: 1769, api_mb: 1024, worker_mb: 256, platform_log_bytes: 700 };

const isDynamodb = (name) => !/^(SQS|SES|S3|other)/.test(name);
const sum = (values) => values.reduce((a, b) => a + b, 0);

function callsWhere(count, test) {
  return sum(Object.entries(count.calls).filter(([name]) => test(name)).map(([, times]) => times));
}

/// GB-seconds of Lambda for one operation: its processor time, as slow as its share of a processor makes it, and the
/// time it waits.
export function gigabyteSeconds(count, memory_mb) {
  const processor = Math.min(1, memory_mb / assumed.whole_processor_mb);
  const waiting_ms = callsWhere(count, isDynamodb) * assumed.dynamodb_ms
    + callsWhere(count, (name) => !isDynamodb(name)) * assumed.other_ms;
  const billed_ms = Math.ceil(count.cpu_ms / processor + waiting_ms);
  return (billed_ms / 1000) * (memory_mb / 1024);
}

/// Dollars of one operation, by service.
export function dollars(count, { memory_mb = assumed.api_mb, sqs_requests } = {}) {
  const sqs = sqs_requests ?? callsWhere(count, (name) => name.startsWith('SQS'));
  const parts = {
    dynamodb: count.read_units * prices.dynamodb_read_unit.dollars
      + count.write_units * prices.dynamodb_write_unit.dollars,
    lambda: prices.lambda_request.dollars + gigabyteSeconds(count, memory_mb) * prices.lambda_gb_s.dollars,
    sqs: sqs * prices.sqs_request.dollars,
    s3: callsWhere(count, (name) => name.startsWith('S3')) * prices.s3_list.dollars,
    logs: (count.log_bytes + assumed.platform_log_bytes) / 1e9 * prices.log_gb.dollars,
    ses: callsWhere(count, (name) => name.startsWith('SES')) * prices.ses_mail.dollars,
  };
  return { ...parts, all: sum(Object.values(parts)) };
}

const perMillion = (value) => (value * 1e6).toFixed(2);

function describeCalls(calls) {
  const list = Object.entries(calls).map(([name, times]) => (times === 1 ? name : `${times} × ${name}`));
  return list.length ? list.join(', ') : 'none';
}

// What the worker's messages cost besides sending them: to be received and deleted, one by one at worst.
const options = {
  'mail, delivered': { memory_mb: assumed.worker_mb, sqs_requests: 2 },
  'mail, its delivery reported': { memory_mb: assumed.worker_mb },
  tick: { memory_mb: assumed.worker_mb },
};

function countsTable({ operations }) {
  const rows = Object.entries(operations).map(([name, count]) =>
    `| ${name} | ${describeCalls(count.calls)} | ${count.read_units} | ${count.write_units} |`);
  return ['| operation | calls | read units | write units |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function dollarsTable({ operations }) {
  const rows = Object.entries(operations).map(([name, count]) => {
    const cost = dollars(count, options[name]);
    return `| ${name} | ${['dynamodb', 'lambda', 'sqs', 'ses', 's3', 'logs', 'all'].map((part) => perMillion(cost[part])).join(' | ')} |`;
  });
  return ['| a million times | DynamoDB | Lambda | SQS | SES | S3 | logs | all, $ |', '| --- | --- | --- | --- | --- | --- | --- | --- |', ...rows,
    '| message | | | | | | | the service is not built yet |'].join('\n');
}

/// Per month, with nobody there.
export function idleCosts({ operations }) {
  const minutes = 60 * 24 * 365 / 12;
  // Lambda asks a queue by five long polls of 20 seconds, message or not.
  const polls = 2 * 5 * 3 * minutes;
  return {
    'the master key in Secrets Manager': prices.secret_month.dollars,
    'Lambda asking two queues, five long polls of 20 seconds each at a time': polls * prices.sqs_request.dollars,
    'a tick each minute': minutes * dollars(operations.tick, options.tick).all,
  };
}

function idleTable(counts) {
  const costs = idleCosts(counts);
  const rows = Object.entries(costs).map(([name, value]) => `| ${name} | ${value.toFixed(2)} |`);
  return ['| idle, a month | $ |', '| --- | --- |', ...rows, `| all | ${sum(Object.values(costs)).toFixed(2)} |`].join('\n');
}

function pricesTable() {
  const price = ({ dollars: each, per }) =>
    (per === 1 ? each.toFixed(2) : `${(each * per).toFixed(3).replace(/0$/, '')} a million`);
  const rows = Object.values(prices).map((entry) => `| ${entry.what} | ${price(entry)} |`);
  return [`| list price, us-east-1, ${prices_date} | $ |`, '| --- | --- |', ...rows].join('\n');
}

function metricsList({ metrics }) {
  const beyond = Math.max(0, metrics.length - 10);
  return `${metrics.length} metrics: ${metrics.map((name) => `\`${name}\``).join(', ')}; ${(beyond * prices.metric_month.dollars).toFixed(2)} $ a month.`;
}

const tables = { metrics: metricsList, counts: countsTable, dollars: dollarsTable, idle: idleTable, prices: pricesTable };

/// The page with its tables made anew: each stands between `<!-- table: NAME -->` and `<!-- end -->`.
export function renderCostPage(page, counts) {
  return page.replaceAll(/(<!-- table: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (whole, begin, name, end) => `${begin}${tables[name](counts)}\n${end}`);
}
