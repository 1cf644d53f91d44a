// docs/cost.md shows what was counted, and reckons right.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dollars, gigabyteSeconds, idleCosts, renderCostPage } from '../../bench/lambda/cost_page.mjs';
import { readSource } from '../support/server.mjs';

const login = { calls: { GetItem: 2, TransactWriteItems: 1 }, read_units: 2, write_units: 8, log_bytes: 1300, cpu_ms: 20 };

test('docs/cost.md is made from the counts', () => {
  const page = readSource('docs/cost.md');
  assert.equal(renderCostPage(page, JSON.parse(readSource('bench/lambda/counts.json'))), page,
    'bench/run lambda --only cost --write-cost writes it anew');
});

test('a million logins cost what a person reckons', () => {
  // 20 ms on 1024 of 1769 MB are 34.55 ms, and 15 ms are waited: 50 ms, begun milliseconds being paid whole.
  assert.equal(gigabyteSeconds(login, 1024), 0.05);
  const cost = dollars(login);
  assert.equal((cost.dynamodb * 1e6).toFixed(2), '5.25'); // 2 × 0.125 + 8 × 0.625
  assert.equal((cost.lambda * 1e6).toFixed(2), '1.03'); // 0.20 + 0.05 × 16.6667
  assert.equal((cost.logs * 1e6).toFixed(2), '1.00'); // 1300 bytes and 700 of the platform's: 2 GB
  assert.equal(cost.sqs + cost.ses, 0);
});

test('more than a whole processor is no faster for a program of one thread', () => {
  assert.equal(gigabyteSeconds({ calls: {}, cpu_ms: 10 }, 3538), 0.01 * 3538 / 1024);
});

test('a mail pays for its message to be received and deleted, and for SES', () => {
  const delivered = { calls: { 'SES SendEmail': 1 }, read_units: 0, write_units: 0, log_bytes: 0, cpu_ms: 1 };
  const { sqs, ses } = dollars(delivered, { memory_mb: 256, sqs_requests: 2 });
  assert.equal((sqs * 1e6).toFixed(2), '0.80');
  assert.equal((ses * 1e6).toFixed(2), '100.00');
});

test('with nobody there asking the queues and the secret cost most', () => {
  const tick = { calls: { Query: 1 }, read_units: 0.5, write_units: 0, log_bytes: 500, cpu_ms: 1 };
  const [secret, asking, ...others] = Object.values(idleCosts({ operations: { tick } }));
  assert.equal(asking.toFixed(2), '0.53'); // 2 × 5 × 3 × 43,800 at 0.40 a million
  assert.ok(Math.min(secret, asking) > Math.max(...others));
});
