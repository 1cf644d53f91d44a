// `serve` over DynamoDB Local by options of the command line alone, and what the other commands say of its table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { startDynamodbLocal } from '../support/dynamodb_local.mjs';
import { lastLines, run, startServer } from '../support/server.mjs';
import { callDynamodb } from '../support/unsigned.mjs';

const tableOptions = (name) => ['--table', 'dynamodb', '--dynamodb-table', name];

let dynamodb;
const command = (args, name) => run([...args, ...tableOptions(name)], { settings: dynamodb.settings });

before(async () => {
  dynamodb = await startDynamodbLocal();
  await callDynamodb(dynamodb.endpoint, 'CreateTable', {
    TableName: 'strange', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  });
});
after(() => dynamodb.stop());

test('a table is made once, and made again does no harm', async () => {
  for (let i = 0; i < 2; ++i) {
    const made = await command(['table', 'create'], 'made');
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stdout, 'The table made is made, in eu-central-1.\n');
    await callDynamodb(dynamodb.endpoint, 'PutItem', { TableName: 'made', Item: { PK: { S: `p${i}` }, SK: { S: 's' } } });
  }
  assert.equal((await callDynamodb(dynamodb.endpoint, 'Scan', { TableName: 'made' })).Count, 2);
});

test('a table of this name with other keys is left alone', async () => {
  const refused = await command(['table', 'create'], 'strange');
  assert.equal(refused.code, 1);
  assert.match(lastLines(refused), /the DynamoDB table strange has the keys id \(S\), but needs PK \(S\), SK \(S\)\n.*doctor/);
});

test('register, login, me and logout work, and leave nothing in SQLite', async () => {
  assert.equal((await command(['table', 'create'], 'served')).code, 0);
  const server = await startServer({ args: tableOptions('served'), settings: dynamodb.settings });
  const user = await server.register('ada@example.com');
  const { access_token: token } = await server.login('ada@example.com');
  assert.deepEqual((await server.get('/auth/me', { token })).body.user, user);
  assert.equal((await server.post('/auth/logout', undefined, { token })).status, 204);
  assert.equal((await server.get('/auth/me', { token })).status, 401);

  const doctor = await run(['doctor', '--data', server.data, ...tableOptions('served')], { settings: dynamodb.settings });
  assert.equal(doctor.code, 0, doctor.stdout);
  assert.match(doctor.stdout, /^ok table +served in eu-central-1$/m);
  assert.match(doctor.stdout, /^ok signing keys +1 published/m);
  const { Items } = await callDynamodb(dynamodb.endpoint, 'Scan', { TableName: 'served' });
  assert.ok(Items.some(({ PK }) => PK.S.includes('ada@example.com')), JSON.stringify(Items.map(({ PK }) => PK.S)));
  assert.equal((await server.stop()).code, 0);

  // Another machine has the same accounts, when it has the same master key.
  const keyless = await command(['serve', '--listen', 'localhost:0'], 'served');
  assert.equal(keyless.code, 1);
  assert.match(lastLines(keyless), /master key/);
  const key = readFileSync(`${server.data}/master.key`, 'utf8').trim();
  const other = await startServer({ args: tableOptions('served'), settings: { ...dynamodb.settings, VOYAGES_MASTER_KEY: key } });
  await other.login('ada@example.com');
  await other.stop();
});

test('without its table, or over a strange one, serve does not start and says why', async () => {
  for (const [name, reason] of [
    ['missing', /there is no DynamoDB table missing in eu-central-1; docs\/deploy\.md says how it is made/],
    ['strange', /the DynamoDB table strange has other keys or indexes than ours; `voyages doctor` says which/],
  ]) {
    const refused = await command(['serve', '--listen', 'localhost:0'], name);
    assert.equal(refused.code, 1);
    assert.match(lastLines(refused), reason);
    assert.match(lastLines(refused, 1), /doctor/);
  }
});

test('the doctor names what is wrong with a table, and what to do', async () => {
  for (const [name, reason] of [
    ['missing', /there is no DynamoDB table missing in eu-central-1;/],
    ['strange', /the DynamoDB table strange has the keys id \(S\), but needs PK \(S\), SK \(S\); .* has no index GSI1; .* time to live/],
  ]) {
    const { code, stdout, stderr } = await command(['doctor'], name);
    assert.equal(code, 1);
    const [finding, advice] = stdout.slice(stdout.indexOf('XX table')).split('\n');
    assert.match(finding, reason);
    assert.match(advice, /`voyages table create`; .* another name: --dynamodb-table\./);
    assert.match(stderr, /Mend what is marked XX/);
  }
  const blind = await run(['doctor', ...tableOptions('served')], { settings: { ...dynamodb.settings, AWS_REGION: '' } });
  assert.equal(blind.code, 1);
  assert.match(blind.stdout, /^XX table +no AWS region is set: set AWS_REGION/m);
});
