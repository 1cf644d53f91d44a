// The final tables, and whether the goals are met.
import { existsSync, readFileSync, statSync } from 'node:fs';

import { workFolder } from './functions.mjs';
import { median, typical } from './starts.mjs';

const ms = (value) => (value === undefined ? '' : value >= 100 ? value.toFixed(0) : value.toFixed(1));

// Nothing but a heading is not worth a table.
function print(rows) {
  if (rows.length < 2) return;
  console.log();
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell ?? '').padStart(widths[i])));
    console.log(cells.join('  ').trimEnd());
  }
}

// How a page cache came to be cold, and what decides what it costs to warm it.
function describeCache() {
  const { dev } = statSync(workFolder);
  const device = `/sys/dev/block/${dev >> 8 & 0xfff}:${dev & 0xff}`;
  const file = [`${device}/queue/read_ahead_kb`, `${device}/../queue/read_ahead_kb`].find(existsSync);
  const readAhead = file ? ` The disk reads ${readFileSync(file, 'utf8').trim()} KB ahead.` : '';
  console.log('\nA cold page cache: each file was dropped by posix_fadvise before each start; `cached` is what mincore still '
    + `found of them.${readAhead}`);
}

/// `starts`: by what was measured, then by function, the summaries. Returns the medians, shaped alike.
export function reportStarts(starts) {
  const medians = {};
  const rows = [['from exec, ms (medians)', 'function', 'next', 'response', 'least', 'ours', 'CPU', 'peak MB', 'starts', 'cached']];
  for (const [what, byFunction] of Object.entries(starts)) {
    medians[what] = {};
    for (const [name, summaries] of Object.entries(byFunction)) medians[what][name] = typical(summaries);
    const own = medians[what].ours?.first_response_ms;
    for (const [name, figures] of Object.entries(medians[what])) {
      rows.push([what, name, ms(figures.first_next_ms), ms(figures.first_response_ms), ms(figures.least_ms),
        own && name !== 'ours' ? `${(figures.first_response_ms / own).toFixed(1)} x` : '', ms(figures.cpu_ms),
        figures.peak_mb.toFixed(1), figures.starts, `${figures.left_percent.toFixed(1)} %`]);
    }
  }
  print(rows);
  if (rows.length > 1) describeCache();
  return medians;
}

/// `warm`: by event and function, the milliseconds of each invocation.
export function reportWarm(warm) {
  const rows = [['warm invocation, ms', 'function', 'median', 'least', 'p90', 'invocations']];
  for (const [what, byFunction] of Object.entries(warm)) {
    for (const [name, all] of Object.entries(byFunction)) {
      const sorted = [...all].sort((a, b) => a - b);
      const p90 = sorted[Math.floor(sorted.length * 0.9)];
      rows.push([what, name, ...[median(all), sorted[0], p90].map((value) => value.toFixed(2)), all.length]);
    }
  }
  print(rows);
  const [live, me] = ['GET /health/live', 'GET /auth/me'].map((what) => warm[what]?.ours);
  if (live && me) {
    const read_ms = (median(me) - median(live)) / 2; // it reads the session and the user
    console.log(`\nA read of DynamoDB Local takes ours ${read_ms.toFixed(1)} ms. Each start waits for one, too: the signing keys.`);
  }
}

export function reportSizes(functions) {
  print([['zip', 'MB'], ...functions.map(({ name, zip_mb }) => [name, zip_mb.toFixed(2)])]);
}

/// What was counted, by operation.
export function reportCounts({ operations }) {
  const rows = [['counted for each', 'read units', 'write units', 'log bytes', 'CPU ms', 'calls']];
  for (const [name, { calls, read_units, write_units, log_bytes, cpu_ms }] of Object.entries(operations)) {
    const list = Object.entries(calls).map(([call, times]) => `${times} ${call}`).join(', ');
    rows.push([name, read_units, write_units, log_bytes, cpu_ms.toFixed(2), list || 'none']);
  }
  print(rows);
}

function calls(count, test) {
  return Object.entries(count.calls).filter(([name]) => test.test(name)).reduce((all, [, times]) => all + times, 0);
}
const reads = (count) => calls(count, /^(GetItem|BatchGetItem|TransactGetItems|Query)/);
const writes = (count) => calls(count, /^(PutItem|UpdateItem|DeleteItem|TransactWriteItems)/);
const consistentReads = (count) => calls(count, /^(GetItem|BatchGetItem|TransactGetItems|Query)$/);

function within(what, value, goal, unit) {
  return value === undefined ? undefined : { what, value: `${value.toFixed(1)} ${unit}`, met: value <= goal };
}

/// The goals, each {what, value, met}; those that could not be measured are left out.
export function goals({ medians = {}, functions, counts }) {
  const [cold, warm] = ['cold', 'warm'].map((cache) => medians[`page cache ${cache}, GET /health/live`] ?? {});
  const own = functions.find(({ name }) => name === 'ours');
  const figure = (figures, name = 'ours') => figures[name]?.first_response_ms;
  const ahead = (figures, peer, times) => {
    if (!figure(figures) || !figure(figures, peer)) return undefined;
    const ratio = figure(figures, peer) / figure(figures);
    return { value: `${ratio.toFixed(1)} x`, met: ratio >= times };
  };
  const named = (what, goal) => goal && { what, ...goal };
  const peak_mb = Math.max(0, ...Object.values(medians).map((figures) => figures.ours?.peak_mb ?? 0));
  const list = [
    within('exec to first response, page cache cold: at most 15 ms', figure(cold), 15, 'ms'),
    within('exec to first response, page cache warm: at most 5 ms', figure(warm), 5, 'ms'),
    named('ahead of the hello-world with libcurl, cold', ahead(cold, 'curl_hello', 1)),
    named('ahead of the hello-world with libcurl, warm', ahead(warm, 'curl_hello', 1)),
    named('at least 20 times ahead of the seed, cold', ahead(cold, 'seed', 20)),
    named('at least 20 times ahead of the seed, warm', ahead(warm, 'seed', 20)),
    within('zip: less than 8 MB', own?.zip_mb, 8, 'MB'),
    within('peak memory: less than 30 MB', peak_mb || undefined, 30, 'MB'),
  ];
  if (counts) {
    const { login, refresh, 'protected call': call, 'protected call, session remembered': remembered } = counts.operations;
    const both = (count) => `${reads(count)} and ${writes(count)}`;
    list.push(
      { what: 'login: at most 2 reads and 1 write', value: both(login), met: reads(login) <= 2 && writes(login) <= 1 },
      { what: 'refresh: at most 1 read and 1 write', value: both(refresh),
        met: reads(refresh) <= 1 && writes(refresh) <= 1 },
      { what: 'protected call: at most 1 read, eventually consistent',
        value: `${reads(call)}, ${consistentReads(call)} consistent`,
        met: reads(call) <= 1 && consistentReads(call) === 0 && writes(call) === 0 },
      { what: 'protected call, session remembered: no read', value: `${reads(remembered)}`,
        met: reads(remembered) + writes(remembered) === 0 });
  }
  return list.filter(Boolean);
}

export function reportGoals(list) {
  print([['goal', 'value', ''], ...list.map(({ what, value, met }) => [what, value, met ? 'met' : 'MISSED'])]);
}
