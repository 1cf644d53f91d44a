// A proxy before DynamoDB that asks for the consumed capacity of each call and adds it up, so that the counts do not
// depend on the program that is counted. For an emulator: a changed body would break the signature for the real one.
import { createServer, request as httpRequest, Agent } from 'node:http';

import { callDynamodb } from '../../tests/support/unsigned.mjs';

/// What some calls came to.
export class Usage {
  calls = {}; // by name; `GetItem eventually consistent` and `GetItem` apart
  read_units = 0;
  write_units = 0;

  add(name, capacities) {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    for (const capacity of capacities) {
      // A call that only reads or only writes says CapacityUnits alone.
      const reads = /^(GetItem|BatchGetItem|Query|Scan|TransactGetItems)/.test(name);
      this.read_units += capacity.ReadCapacityUnits ?? (reads ? capacity.CapacityUnits : 0);
      this.write_units += capacity.WriteCapacityUnits ?? (reads ? 0 : capacity.CapacityUnits);
    }
  }
}

function nameOf(operation, body) {
  if (operation === 'GetItem' || operation === 'Query') {
    return body.ConsistentRead ? operation : `${operation} eventually consistent`;
  }
  return operation;
}

// As DynamoDB counts the size of attributes: names and values.
function bytesOf(attributes) {
  const ofValue = ([type, value]) => {
    if (type === 'N') return Math.ceil(value.length / 2) + 1;
    if (type === 'B') return value.length * 3 / 4;
    if (type === 'L') return value.reduce((sum, each) => sum + 1 + ofValue(Object.entries(each)[0]), 3);
    return type === 'S' ? Buffer.byteLength(value) : 1;
  };
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + ofValue(Object.entries(value)[0]), 0);
}

const kilobytes = (bytes) => Math.max(1, Math.ceil(bytes / 1024));

// An emulator counts equal writes of one transaction once, and its condition checks not at all, so the published rule
// counts here: twice the units of each item, and the item's entry in the index besides, which is written after the
// transaction. Of an update the request alone is known: its item is taken to be no larger than a KB, as ours are, and
// an entry that moves to be removed and made.
function ofTransaction({ TransactItems }) {
  return TransactItems.map(({ Put: put, Update: update, Delete: removal }) => {
    const units = (items, entries) => ({ ReadCapacityUnits: 0, WriteCapacityUnits: 2 * items + entries });
    if (put) {
      const size = kilobytes(bytesOf(put.Item));
      return units(size, put.Item.GSI1PK ? size : 0);
    }
    if (update) return units(1, /GSI1PK/.test(JSON.stringify(update)) ? 2 : 0);
    return removal ? units(1, 0) : { ReadCapacityUnits: 2, WriteCapacityUnits: 0 };
  });
}

/// {endpoint, take, stop}: `take()` gives the usage since the last one.
export async function startCapacityProxy(target) {
  let usage = new Usage();
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const operation = (incoming.headers['x-amz-target'] ?? '').split('.').pop();
      const body = JSON.parse(Buffer.concat(chunks));
      if (!/Table|TimeToLive|ContinuousBackups/.test(operation)) body.ReturnConsumedCapacity = 'INDEXES';
      const text = Buffer.from(JSON.stringify(body));
      const headers = { ...incoming.headers, 'content-length': text.length };
      const forwarded = httpRequest({ hostname, port, method: incoming.method, path: incoming.url, headers, agent });
      forwarded.on('error', () => outgoing.destroy()).end(text).on('response', (answer) => {
        const parts = [];
        answer.on('data', (chunk) => parts.push(chunk)).on('end', () => {
          const whole = Buffer.concat(parts);
          const { ConsumedCapacity: consumed } = whole.length ? JSON.parse(whole) : {};
          const capacities = consumed === undefined ? [] : [consumed].flat();
          const succeeded = answer.statusCode === 200;
          usage.add(nameOf(operation, body), succeeded && operation === 'TransactWriteItems' ? ofTransaction(body) : capacities);
          const { 'transfer-encoding': ignored, ...kept } = answer.headers;
          outgoing.writeHead(answer.statusCode, { ...kept, 'content-length': whole.length }).end(whole);
        });
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.keepAliveTimeout = 60_000;
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    take() {
      const taken = usage;
      usage = new Usage();
      return taken;
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/// The table of docs/architecture.md, or with keys alone, as the seed has it.
export async function createTable(endpoint, name, { withIndex = true } = {}) {
  const key = (prefix) => [['PK', 'HASH'], ['SK', 'RANGE']]
    .map(([attribute, type]) => ({ AttributeName: prefix + attribute, KeyType: type }));
  const prefixes = withIndex ? ['', 'GSI1'] : [''];
  const index = { IndexName: 'GSI1', KeySchema: key('GSI1'), Projection: { ProjectionType: 'ALL' } };
  await callDynamodb(endpoint, 'CreateTable', {
    TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: key(''),
    AttributeDefinitions: prefixes.flatMap(key).map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    ...(withIndex ? { GlobalSecondaryIndexes: [index] } : {}),
  });
}
