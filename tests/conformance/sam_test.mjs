// template.yaml against AWS's own checks, and against what the program knows and needs.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { installSam, runTool } from '../support/sam.mjs';
import { readSource, run, sourceFolder, temporaryFolder } from '../support/server.mjs';

installSam();

let resources; // as CloudFormation gets them
let template; // as it is written

const ofType = (type, from = resources) => Object.entries(from).filter(([, each]) => each.Type === type);
const named = (name) => resources[name].Properties;
const list = (value) => (Array.isArray(value) ? value : [value]);
const targetOf = (value) => value.Ref ?? value['Fn::GetAtt']?.[0];
const functions = () => ofType('AWS::Lambda::Function').map(([name, each]) => ({ name, ...each.Properties }));

before(() => {
  const { status, stdout, output } = runTool('python', [join(sourceFolder, 'tests/conformance/sam_template.py'), 'template.yaml']);
  assert.equal(status, 0, output);
  const read = JSON.parse(stdout);
  template = read.sam;
  resources = read.cloudformation.Resources;
});

/// The value that a stack of this template would have, with every parameter's default.
function resolve(value) {
  const known = { 'AWS::StackName': 'voyages', 'AWS::AccountId': '123456789012', MailDomain: 'example.com',
    WorkQueue: 'https://sqs.eu-central-1.amazonaws.com/123456789012/voyages-WorkQueue-1',
    NoticesTopic: 'arn:aws:sns:eu-central-1:123456789012:voyages-NoticesTopic-1' };
  const lookUp = (name) => known[name] ?? String(template.Parameters[name]?.Default ?? `voyages-${name}-1`);
  if (typeof value === 'string') return value;
  if (value.Ref) return lookUp(value.Ref);
  if (value['Fn::If']) return resolve(value['Fn::If'][2]);
  assert.ok(value['Fn::Sub'], JSON.stringify(value));
  return value['Fn::Sub'].replaceAll(/\$\{([^}]+)\}/g, (_, name) => lookUp(name));
}

const environment = () => Object.fromEntries(
  Object.entries(named('ApiFunction').Environment.Variables).map(([name, value]) => [name, resolve(value)]));

test('cfn-lint finds nothing in the template', () => {
  const { status, output } = runTool('cfn-lint', ['--regions', 'eu-central-1', 'us-east-1', '--', 'template.yaml']);
  assert.equal(status, 0, output);
});

test('sam finds nothing in the template', () => {
  const { status, output } = runTool('sam', ['validate', '--lint']);
  assert.equal(status, 0, output);
  assert.match(output, /is a valid SAM Template/);
});

test('the program knows every setting of the template, and takes its value', async () => {
  const { stdout } = await run(['config', '--markdown']);
  const known = new Set([...stdout.matchAll(/\| `(VOYAGES_\w+)` \|/g)].map(([, name]) => name));
  assert.ok(known.size > 30);
  const settings = environment();
  for (const name of Object.keys(settings)) assert.ok(known.has(name) || name === 'POWERTOOLS_SERVICE_NAME', name);
  for (const each of functions()) assert.deepEqual(each.Environment, named('ApiFunction').Environment, each.name);

  settings.VOYAGES_MASTER_KEY = masterKey();
  const result = await run(['config'], { settings });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /mail_from.*no-reply@example\.com/);
});

// As Secrets Manager makes it by GenerateSecretString, and the template completes it.
function masterKey() {
  const { PasswordLength, ExcludePunctuation, IncludeSpace } = named('MasterKey').GenerateSecretString;
  assert.deepEqual([ExcludePunctuation, IncludeSpace], [true, false]);
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const secret = Array.from({ length: PasswordLength }, () => characters[randomInt(characters.length)]).join('');
  const written = named('ApiFunction').Environment.Variables.VOYAGES_MASTER_KEY['Fn::Sub'];
  return written.replace('{{resolve:secretsmanager:${MasterKey}:SecretString}}', secret);
}

test('a master key of the form that Secrets Manager makes is one', async () => {
  for (let i = 0; i < 5; ++i) {
    const settings = { VOYAGES_MASTER_KEY: masterKey(), VOYAGES_DATA: join(temporaryFolder(), 'data') };
    assert.match(settings.VOYAGES_MASTER_KEY, /^[A-Za-z0-9]{42}A$/);
    const result = await run(['keys', 'rotate'], { settings });
    assert.equal(result.code, 0, result.stderr);
    // The stray bits are what the last character is for.
    settings.VOYAGES_MASTER_KEY = `${settings.VOYAGES_MASTER_KEY.slice(0, -1)}B`;
    assert.notEqual((await run(['keys', 'list'], { settings })).code, 0);
  }
});

test('what is exported into a shell are settings that the program takes', async () => {
  const [text, values] = template.Outputs.ShellSettings.Value['Fn::Sub'];
  const names = [...text.matchAll(/(VOYAGES_\w+)=/g)].map(([, name]) => name);
  assert.ok(names.includes('VOYAGES_MASTER_KEY'));
  const { stdout } = await run(['config', '--markdown']);
  names.forEach((name) => assert.ok(stdout.includes(`\`${name}\``), name));
  // The functions' own values.
  const functionSettings = named('ApiFunction').Environment.Variables;
  assert.deepEqual(values.TableInUse, functionSettings.VOYAGES_DYNAMODB_TABLE);
  assert.deepEqual(values.PublicUrlInUse, functionSettings.VOYAGES_PUBLIC_URL);
  assert.ok(text.endsWith('--output text)A"'));
});

test('the table is the one that the program expects', () => {
  const { Properties: table, ...kept } = resources.Table;
  const code = readSource('src/aws/dynamodb/schema.cpp');
  const expected = (name) => code.match(new RegExp(`string_view ${name} = "([^"]*)"`))[1];
  const typeOf = (key) => table.AttributeDefinitions.find((each) => each.AttributeName === key).AttributeType;
  const describe = (keys) => ['HASH', 'RANGE'].map((kind) => keys.find((each) => each.KeyType === kind).AttributeName)
    .map((key) => `${key} (${typeOf(key)})`).join(', ');
  assert.equal(describe(table.KeySchema), expected('table_keys'));
  const [index, ...others] = table.GlobalSecondaryIndexes;
  assert.equal(others.length, 0);
  assert.equal(index.IndexName, expected('index_name'));
  assert.equal(describe(index.KeySchema), expected('index_keys'));
  assert.equal(index.Projection.ProjectionType, 'ALL');
  assert.deepEqual(table.TimeToLiveSpecification, { AttributeName: 'expires_at', Enabled: true });
  const names = readSource('src/store/table.cpp').match(/reserved_names\{([^}]*)\}/)[1].match(/\w+(?=")/g);
  const keys = table.AttributeDefinitions.map((each) => each.AttributeName);
  assert.deepEqual(names.sort(), [...keys, table.TimeToLiveSpecification.AttributeName].sort());
  assert.equal(table.BillingMode, 'PAY_PER_REQUEST');
  assert.equal(table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, true);
  assert.equal(table.DeletionProtectionEnabled, true);
  assert.deepEqual([kept.DeletionPolicy, kept.UpdateReplacePolicy], ['Retain', 'Retain']);
});

test('what cannot be made again outlives the stack', () => {
  for (const name of ['Table', 'Blobs', 'MasterKey']) {
    assert.deepEqual([resources[name].DeletionPolicy, resources[name].UpdateReplacePolicy], ['Retain', 'Retain'], name);
  }
});

const allowedActions = new Set([
  'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem',
  'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem',
  'sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes',
  's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket',
  'ses:SendEmail', 'ses:SendRawEmail', 'sns:Publish',
  'logs:CreateLogStream', 'logs:PutLogEvents',
]);

// All that a role may do, whether an `If` gives it or not.
function statementsOf(role) {
  const policies = [...list(role.Policies ?? []), ...role.ManagedPolicyArns.map((arn) => named(targetOf(arn)))];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement)
    .flatMap((each) => (each['Fn::If'] ? each['Fn::If'].slice(1) : [each]))
    .filter((each) => each.Effect);
}

test('every function has a role of its own, which may do what is listed here and no more', () => {
  const roles = functions().map((each) => targetOf(each.Role));
  assert.equal(roles.length, 5);
  assert.equal(new Set(roles).size, roles.length);
  assert.deepEqual(ofType('AWS::IAM::Role').map(([name]) => name).sort(), [...roles].sort());
  for (const name of roles) {
    const role = named(name);
    assert.deepEqual(role.AssumeRolePolicyDocument.Statement,
      [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]);
    for (const statement of statementsOf(role)) {
      assert.equal(statement.Effect, 'Allow');
      if (statement.Sid === 'Tracing') {
        // AWS knows no narrower resource for these two.
        assert.deepEqual(statement.Action, ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
        continue;
      }
      list(statement.Action).forEach((action) => assert.ok(allowedActions.has(action), `${name}: ${action}`));
      for (const resource of list(statement.Resource)) {
        const text = JSON.stringify(resource);
        // Only below the bucket's folder that the program writes to.
        const [, folder] = readSource('src/app/amazon.cpp').match(/\.key_prefix = "(\w+)\/"/);
        assert.ok(!text.includes('*') || text.endsWith(`-blobs-\${AWS::AccountId}/${folder}/*"}`), `${name}: ${text}`);
      }
    }
  }
});

test('only the worker may send mail, and only requests that come with a signature or by the URL reach a function', () => {
  for (const { name, Role } of functions()) {
    const actions = statementsOf(named(targetOf(Role))).flatMap((each) => list(each.Action));
    assert.equal(actions.includes('ses:SendEmail'), name === 'WorkerFunction', name);
  }
  for (const [name, { Properties: permission }] of ofType('AWS::Lambda::Permission')) {
    if (permission.Principal !== '*') assert.ok(permission.SourceArn ?? permission.SourceAccount, name);
    else assert.equal(targetOf(permission.FunctionName), 'ApiFunction', name);
  }
});

test('the URL is public by both permissions, and leaves CORS to the program', () => {
  const { TargetFunctionArn, AuthType, Cors } = named('ApiUrl');
  assert.deepEqual([targetOf(TargetFunctionArn), AuthType, Cors], ['ApiFunction', 'NONE', undefined]);
  const open = ofType('AWS::Lambda::Permission').map(([, each]) => each.Properties).filter((each) => each.Principal === '*');
  const byAction = Object.fromEntries(open.map(({ Action, Principal, FunctionName, ...limit }) => [Action, limit]));
  assert.deepEqual(byAction, {
    'lambda:InvokeFunctionUrl': { FunctionUrlAuthType: 'NONE' },
    'lambda:InvokeFunction': { InvokedViaFunctionUrl: true },
  });
});

test('a message is hidden for six times as long as the worker may take, and ends among the dead letters', () => {
  const queue = named('WorkQueue');
  assert.ok(queue.VisibilityTimeout >= 6 * named('WorkerFunction').Timeout);
  assert.equal(targetOf(queue.RedrivePolicy.deadLetterTargetArn), 'DeadLetters');
  assert.equal(queue.RedrivePolicy.maxReceiveCount, 5);
  const [[, { Properties: source }]] = ofType('AWS::Lambda::EventSourceMapping');
  assert.equal(targetOf(source.EventSourceArn), 'WorkQueue');
  assert.deepEqual(source.FunctionResponseTypes, ['ReportBatchItemFailures']);
  assert.ok(source.ScalingConfig.MaximumConcurrency >= 2);
});

test('queues and the bucket are encrypted and take TLS only', () => {
  const onlyTls = (policy) => policy.PolicyDocument.Statement.some((each) =>
    each.Effect === 'Deny' && each.Principal === '*' && each.Condition?.Bool?.['aws:SecureTransport'] === 'false');
  const guarded = named('QueuesPolicy').Queues.map(targetOf).sort();
  assert.deepEqual(guarded, ofType('AWS::SQS::Queue').map(([name]) => name).sort());
  assert.ok(onlyTls(named('QueuesPolicy')));
  ofType('AWS::SQS::Queue').forEach(([name, each]) => assert.equal(each.Properties.SqsManagedSseEnabled, true, name));
  assert.ok(onlyTls(named('BlobsPolicy')));
  assert.deepEqual(Object.values(named('Blobs').PublicAccessBlockConfiguration), [true, true, true, true]);
  assert.ok(named('Blobs').BucketEncryption);
});

test('every function logs as JSON into the group that forgets, and is one program', () => {
  assert.ok(named('Logs').RetentionInDays);
  for (const each of functions()) {
    assert.equal(targetOf(each.LoggingConfig.LogGroup), 'Logs', each.name);
    assert.equal(each.LoggingConfig.LogFormat, 'JSON', each.name);
    assert.equal(each.Runtime, 'provided.al2023', each.name);
    assert.equal(resources[each.name].Metadata.BuildMethod, 'makefile', each.name);
  }
  assert.equal(template.Globals.Function.CodeUri, '.');
});

test('events that fail go to a queue of their own, which an alarm watches', () => {
  const watched = (queue) => ofType('AWS::CloudWatch::Alarm').some(([, { Properties: alarm }]) =>
    (alarm.Dimensions ?? []).some((each) => targetOf(each.Value) === queue));
  assert.ok(watched('DeadLetters') && watched('FailedEvents'));
  const asynchronous = ['TickFunction', 'FeedbackFunction', 'UploadFunction'];
  const configured = ofType('AWS::Lambda::EventInvokeConfig').map(([, each]) => each.Properties);
  assert.deepEqual(configured.map((each) => targetOf(each.FunctionName)).sort(), asynchronous.sort());
  configured.forEach((each) => assert.equal(targetOf(each.DestinationConfig.OnFailure.Destination), 'FailedEvents'));
  for (const [name, { Properties: alarm }] of ofType('AWS::CloudWatch::Alarm')) {
    assert.deepEqual(alarm.AlarmActions.map(targetOf), ['NoticesTopic'], name);
  }
});

test('docs/deploy.md tells of every parameter and names only outputs that there are', () => {
  const text = readSource('docs/deploy.md');
  for (const name of Object.keys(template.Parameters)) assert.ok(text.includes(`\`${name}\``), name);
  for (const [, name] of text.matchAll(/outputs? `(\w+)`/g)) assert.ok(template.Outputs[name], name);
});
