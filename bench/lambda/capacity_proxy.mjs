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

// An emulator charges nothing for these; the service reads each twice, as all of a transaction.
function conditionChecks(body) {
  return (body.TransactItems ?? []).filter((item) => item.ConditionCheck)
    .map(() => ({ ReadCapacityUnits: 2, WriteCapacityUnits: 0 }));
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
          usage.add(nameOf(operation, body), [...capacities, ...conditionChecks(body)]);
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
