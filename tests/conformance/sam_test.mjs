// template.yaml against AWS's own checks, and against what the program knows and needs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { makeStack } from '../support/cloudformation.mjs';
import { installSam, runTool } from '../support/sam.mjs';
import { readSource, run, sourceFolder, temporaryFolder } from '../support/server.mjs';

installSam();

let resources; // as CloudFormation gets them
let rightsByType; // that it needs to make, read, change and delete them
let stacks; // what it makes of them, by a name for the parameters
let template; // as it is written

const ofType = (type, from = resources) => Object.entries(from).filter(([, each]) => each.Type === type);
const named = (name) => resources[name].Properties;
const list = (value) => (Array.isArray(value) ? value : [value]);
const targetOf = (value) => value.Ref ?? value['Fn::GetAtt']?.[0];
const functions = () => ofType('AWS::Lambda::Function').map(([name, each]) => ({ name, ...each.Properties }));

// Between them each condition holds and does not.
const secretArn = (name) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const settingsKey = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012';
const boundary = 'arn:aws:iam::123456789012:policy/boundary-of-voyages';
const everyParameter = {
  MailDomain: 'example.com', CreateMailIdentity: 'false', MailFrom: 'Example <hello@example.com>',
  SandboxRecipient: 'me@example.org', OperatorEmail: 'operator@example.org', DomainName: 'auth.example.com',
  CertificateArn: certificate, TrustedProxies: '192.0.2.0/24', CorsOrigins: 'https://example.com',
  RestoredTable: 'voyages-restored', RestoredMasterKey: secretArn('Old-a1b2c3'), RevocationCache: '60s',
  SettingsKey: settingsKey, PermissionsBoundary: boundary,
  ReservedConcurrency: 5, ResponseMode: 'streaming', Tracing: 'Active',
};
const parametersOf = {
  defaults: { MailDomain: 'example.com' },
  everything: everyParameter,
  'an address': { MailDomain: 'example.com', PublicUrl: 'https://abc.lambda-url.eu-central-1.on.aws' },
};
const known = {
  Table: 'voyages-Table-1',
  MasterKey: secretArn('MasterKey-d4e5f6'),
  WorkQueue: 'https://sqs.eu-central-1.amazonaws.com/123456789012/voyages-WorkQueue-1',
  SlowQueue: 'https://sqs.eu-central-1.amazonaws.com/123456789012/voyages-SlowQueue-1',
  NoticesTopic: 'arn:aws:sns:eu-central-1:123456789012:voyages-NoticesTopic-1',
  Blobs: 'voyages-blobs-123456789012-eu-central-1',
  'Blobs.Arn': 'arn:aws:s3:::voyages-blobs-123456789012-eu-central-1',
  MailEvents: 'voyages-MailEvents-1',
  'ApiUrl.FunctionUrl': 'https://abc.lambda-url.eu-central-1.on.aws/',
};

before(() => {
  const script = join(sourceFolder, 'tests/conformance/sam_template.py');
  const { status, stdout, output } = runTool('python', [script, 'template.yaml']);
  assert.equal(status, 0, output);
  const read = JSON.parse(stdout);
  template = read.sam;
  resources = read.cloudformation.Resources;
  rightsByType = read.rights;
  stacks = Object.fromEntries(Object.entries(parametersOf).map(([name, parameters]) =>
    [name, makeStack(read.cloudformation, parameters, known)]));
});

const environmentOf = (stack) => stack.resources.ApiFunction.Properties.Environment.Variables;

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
  const documented = new Set([...stdout.matchAll(/\| `(VOYAGES_\w+)` \|/g)].map(([, name]) => name));
  assert.ok(documented.size > 30);
  for (const each of functions()) assert.deepEqual(each.Environment, named('ApiFunction').Environment, each.name);

  for (const stack of Object.values(stacks)) {
    const settings = { ...environmentOf(stack), VOYAGES_MASTER_KEY: masterKey(stack) };
    for (const name of Object.keys(settings)) {
      assert.ok(documented.has(name) || name === 'POWERTOOLS_SERVICE_NAME', name);
    }
    const result = await run(['config'], { settings });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /mail_from.*@example\.com/);
  }
});

test('parameters become settings', () => {
  const { defaults, everything } = stacks;
  assert.deepEqual(environmentOf(defaults), {
    VOYAGES_TABLE: 'dynamodb',
    VOYAGES_DYNAMODB_TABLE: 'voyages-Table-1',
    VOYAGES_SQS_QUEUE_URL: known.WorkQueue,
    VOYAGES_SQS_SLOW_QUEUE_URL: known.SlowQueue,
    VOYAGES_QUEUE_ATTEMPTS: '5',
    VOYAGES_S3_BUCKET: known.Blobs,
    VOYAGES_SNS_TOPIC_ARN: known.NoticesTopic,
    VOYAGES_MAIL_TRANSPORT: 'ses',
    VOYAGES_SES_CONFIGURATION_SET: known.MailEvents,
    VOYAGES_MAIL_FROM: 'Cloud Voyages <no-reply@example.com>',
    VOYAGES_MASTER_KEY: `{{resolve:secretsmanager:${known.MasterKey}:SecretString}}A`,
    VOYAGES_PUBLIC_URL: '',
    VOYAGES_PRODUCT_NAME: 'Cloud Voyages',
    VOYAGES_REGISTRATION: 'open',
    VOYAGES_REVOCATION_CACHE: '5s',
    VOYAGES_CORS_ORIGINS: '',
    VOYAGES_TRUSTED_PROXIES: '',
    VOYAGES_LAMBDA_RESPONSE_MODE: 'buffered',
    POWERTOOLS_SERVICE_NAME: 'voyages',
  });
  assert.deepEqual(environmentOf(everything), {
    ...environmentOf(defaults),
    VOYAGES_DYNAMODB_TABLE: everyParameter.RestoredTable,
    VOYAGES_MAIL_FROM: everyParameter.MailFrom,
    VOYAGES_MASTER_KEY: `{{resolve:secretsmanager:${everyParameter.RestoredMasterKey}:SecretString}}A`,
    VOYAGES_PUBLIC_URL: 'https://auth.example.com',
    VOYAGES_REVOCATION_CACHE: '60s',
    VOYAGES_CORS_ORIGINS: everyParameter.CorsOrigins,
    VOYAGES_TRUSTED_PROXIES: everyParameter.TrustedProxies,
    VOYAGES_LAMBDA_RESPONSE_MODE: 'streaming',
  });
  assert.equal(environmentOf(stacks['an address']).VOYAGES_PUBLIC_URL, parametersOf['an address'].PublicUrl);
  for (const condition of Object.keys(defaults.conditions)) {
    const values = Object.values(stacks).map((each) => each.conditions[condition]);
    assert.deepEqual([...new Set(values)].sort(), [false, true], condition);
  }
});

test('a session is believed for a minute at most', () => {
  const pattern = new RegExp(template.Parameters.RevocationCache.AllowedPattern);
  ['0s', '5s', '59s', '60s'].forEach((each) => assert.match(each, pattern));
  ['', '5', '-1s', '61s', '600s', '1m', '5s '].forEach((each) => assert.doesNotMatch(each, pattern));
});

test('the addresses that the stack tells of have no slash at their end', () => {
  const address = 'https://abc.lambda-url.eu-central-1.on.aws';
  assert.equal(stacks.defaults.outputs.Url, address);
  assert.equal(stacks.everything.outputs.Url, 'https://auth.example.com');
  assert.equal(stacks['an address'].outputs.Url, address);
  for (const { outputs } of Object.values(stacks)) assert.equal(outputs.FunctionUrl, address);
  assert.match(address, new RegExp(template.Parameters.PublicUrl.AllowedPattern));
});

test('the bucket has a name for each region, which S3 takes for the longest name of a stack that is allowed', () => {
  for (const stack of Object.values(stacks)) assert.equal(stack.resources.Blobs.Properties.BucketName, known.Blobs);
  const [, most] = readSource('docs/deploy.md').match(/at most (\d+) characters/);
  // No region's name is longer than this.
  const longest = known.Blobs.replace('voyages', 'x'.repeat(most)).replace('eu-central-1', 'ap-southeast-1');
  assert.equal(longest.length, 63);
});

// As Secrets Manager makes it by GenerateSecretString, and the template completes it.
function masterKey(stack = stacks.defaults) {
  const { PasswordLength, ExcludePunctuation, IncludeSpace } = named('MasterKey').GenerateSecretString;
  assert.deepEqual([ExcludePunctuation, IncludeSpace], [true, false]);
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const secret = Array.from({ length: PasswordLength }, () => characters[randomInt(characters.length)]).join('');
  return environmentOf(stack).VOYAGES_MASTER_KEY.replace(/^\{\{resolve:secretsmanager:[^{}]*:SecretString\}\}/, secret);
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

test('what is exported into a shell are the settings of the functions', async () => {
  const { stdout: markdown } = await run(['config', '--markdown']);
  for (const [name, { outputs, ...stack }] of Object.entries(stacks)) {
    // In place of the AWS CLI: says what it is asked.
    const script = `aws() { printf '%s ' "$@"; }; eval "$SETTINGS"; env`;
    const env = { PATH: process.env.PATH, SETTINGS: outputs.ShellSettings };
    const { status, stdout, stderr } = spawnSync('bash', ['-euc', script], { encoding: 'utf8', env });
    assert.equal(status, 0, stderr);
    const lines = stdout.split('\n').filter((each) => /^(VOYAGES|AWS)_/.test(each));
    const { AWS_REGION, AWS_DEFAULT_REGION, VOYAGES_MASTER_KEY, ...settings } =
      Object.fromEntries(lines.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]));
    assert.deepEqual([AWS_REGION, AWS_DEFAULT_REGION], ['eu-central-1', 'eu-central-1']);
    const secret = parametersOf[name].RestoredMasterKey ?? known.MasterKey;
    assert.equal(VOYAGES_MASTER_KEY, 'secretsmanager get-secret-value --region eu-central-1 ' +
      `--secret-id ${secret} --query SecretString --output text A`);
    assert.equal(outputs.MasterKeySecret, secret);
    for (const [setting, value] of Object.entries(settings)) {
      assert.equal(value, environmentOf(stack)[setting], setting);
      assert.ok(markdown.includes(`\`${setting}\``), setting);
    }
    assert.ok(Object.keys(settings).length > 7);
  }
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

const bucket = known['Blobs.Arn'];
const ses = 'arn:aws:ses:eu-central-1:123456789012';
const transactions = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem',
  'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'];
const send = ['ses:SendEmail', 'ses:SendRawEmail'];

const drain = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const work = {
  [`${bucket}/blobs/*`]: ['s3:GetObject', 's3:DeleteObject'],
  [bucket]: ['s3:ListBucket'],
  [`${ses}:identity/example.com`]: send,
  [`${ses}:identity/*@example.com`]: send,
  [`${ses}:configuration-set/${known.MailEvents}`]: send,
};

/// All that each role may do, as actions by resource.
const rightsByRole = {
  ApiRole: { 'WorkQueue.Arn': ['sqs:SendMessage'], 'SlowQueue.Arn': ['sqs:SendMessage'], [`${bucket}/blobs/*`]: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'] },
  WorkerRole: { 'WorkQueue.Arn': [...drain, 'sqs:SendMessage'], 'SlowQueue.Arn': ['sqs:SendMessage'], ...work },
  SlowRole: { 'SlowQueue.Arn': [...drain, 'sqs:SendMessage'], 'WorkQueue.Arn': ['sqs:SendMessage'], ...work },
  TickRole: {
    'WorkQueue.Arn': ['sqs:SendMessage'],
    'SlowQueue.Arn': ['sqs:SendMessage'],
    'FailedEvents.Arn': ['sqs:SendMessage'],
    [`${bucket} if {"StringLike":{"s3:prefix":"blobs/*"}}`]: ['s3:ListBucket'],
    [`${bucket}/blobs/*`]: ['s3:DeleteObject'],
  },
  FeedbackRole: { 'FailedEvents.Arn': ['sqs:SendMessage'], [`${bucket}/blobs/*`]: ['s3:DeleteObject'] },
};
const commonRights = (table) => ({
  [table]: transactions, [`${table}/index/GSI1`]: ['dynamodb:Query'],
  'Logs.Arn': ['logs:CreateLogStream', 'logs:PutLogEvents'], [known.NoticesTopic]: ['sns:Publish'],
});

function rightsOf(role, stack) {
  const { Policies, ManagedPolicyArns } = stack.resources[role].Properties;
  const policies = [...Policies, ...ManagedPolicyArns.map((name) => stack.resources[name].Properties)];
  const rights = {};
  for (const statement of policies.flatMap((each) => each.PolicyDocument.Statement)) {
    const { Sid, Effect, Action, Resource, Condition, ...others } = statement;
    assert.deepEqual([Effect, others], ['Allow', {}], Sid);
    const limit = Condition ? ` if ${JSON.stringify(Condition)}` : '';
    for (const each of list(Resource)) (rights[each + limit] ??= []).push(...list(Action));
  }
  return rights;
}

test('every function has a role of its own, which may do what is listed here and no more', () => {
  const roles = functions().map((each) => targetOf(each.Role));
  assert.equal(new Set(roles).size, roles.length);
  assert.deepEqual([...roles].sort(), Object.keys(rightsByRole).sort());
  assert.deepEqual(ofType('AWS::IAM::Role').map(([name]) => name).sort(), [...roles].sort());
  // The program writes to no other folder of the bucket.
  assert.match(readSource('src/app/amazon.cpp'), /\.key_prefix = "blobs\/"/);
  const restored = 'arn:aws:dynamodb:eu-central-1:123456789012:table/voyages-restored';
  // AWS knows no narrower resource for these two.
  const tracing = { '*': ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] };
  const { defaults, everything } = stacks;
  for (const [role, rights] of Object.entries(rightsByRole)) {
    const optional = { ...tracing, [settingsKey]: ['kms:Decrypt'] };
    const more = ['WorkerRole', 'SlowRole'].includes(role) ? { ...optional, [`${ses}:identity/me@example.org`]: send } : optional;
    assert.deepEqual(rightsOf(role, defaults), { ...rights, ...commonRights('Table.Arn') }, role);
    assert.deepEqual(rightsOf(role, everything), { ...rights, ...commonRights(restored), ...more }, role);
    assert.deepEqual(named(role).AssumeRolePolicyDocument.Statement,
      [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]);
  }
});

test('only requests that come with a signature or by the URL reach a function', () => {
  for (const [name, { Properties: permission }] of ofType('AWS::Lambda::Permission')) {
    if (permission.Principal !== '*') assert.ok(permission.SourceArn ?? permission.SourceAccount, name);
    else assert.equal(targetOf(permission.FunctionName), 'ApiFunction', name);
  }
});

test('the URL is public by both permissions, and leaves CORS to the program', () => {
  const { TargetFunctionArn, AuthType, Cors } = named('ApiUrl');
  assert.deepEqual([targetOf(TargetFunctionArn), AuthType, Cors], ['ApiFunction', 'NONE', undefined]);
  const permissions = ofType('AWS::Lambda::Permission').map(([, each]) => each.Properties);
  const open = permissions.filter((each) => each.Principal === '*');
  const byAction = Object.fromEntries(open.map(({ Action, Principal, FunctionName, ...limit }) => [Action, limit]));
  assert.deepEqual(byAction, {
    'lambda:InvokeFunctionUrl': { FunctionUrlAuthType: 'NONE' },
    'lambda:InvokeFunction': { InvokedViaFunctionUrl: true },
  });
});

test('quick and slow work have a queue and a function each, and a message outlives its last try', () => {
  const classes = [['WorkQueue', 'WorkerFunction', 'DeadLetters'], ['SlowQueue', 'SlowFunction', 'SlowDeadLetters']];
  const sources = ofType('AWS::Lambda::EventSourceMapping').map(([, each]) => each.Properties);
  assert.equal(sources.length, classes.length);
  for (const [name, worker, dead] of classes) {
    const queue = named(name);
    assert.ok(queue.VisibilityTimeout >= 6 * named(worker).Timeout, name);
    assert.equal(targetOf(queue.RedrivePolicy.deadLetterTargetArn), dead);
    // The program writes the last failure down, for which it may need further deliveries.
    for (const stack of Object.values(stacks)) {
      assert.ok(queue.RedrivePolicy.maxReceiveCount > Number(environmentOf(stack).VOYAGES_QUEUE_ATTEMPTS), name);
    }
    const source = sources.find((each) => targetOf(each.EventSourceArn) === name);
    assert.equal(targetOf(source.FunctionName), worker);
    assert.deepEqual(source.FunctionResponseTypes, ['ReportBatchItemFailures']);
    assert.ok(source.ScalingConfig.MaximumConcurrency >= 2);
  }
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

test('the bucket keeps no old versions, no marks of deletions and no halves of uploads', () => {
  const rules = named('Blobs').LifecycleConfiguration.Rules;
  assert.ok(rules.every((each) => each.Status === 'Enabled' && !each.Prefix));
  const { NoncurrentVersionExpiration, ExpiredObjectDeleteMarker, AbortIncompleteMultipartUpload } = Object.assign({}, ...rules);
  assert.deepEqual([NoncurrentVersionExpiration, ExpiredObjectDeleteMarker, AbortIncompleteMultipartUpload],
    [{ NoncurrentDays: 30 }, true, { DaysAfterInitiation: 1 }]);
});

test('settings rest under a key of your own where you name one, and roles are bounded', () => {
  const { defaults, everything } = stacks;
  for (const { name } of functions()) {
    assert.equal(defaults.resources[name].Properties.KmsKeyArn, undefined);
    assert.equal(everything.resources[name].Properties.KmsKeyArn, settingsKey);
  }
  for (const role of Object.keys(rightsByRole)) {
    assert.equal(defaults.resources[role].Properties.PermissionsBoundary, undefined);
    assert.equal(everything.resources[role].Properties.PermissionsBoundary, boundary);
  }
});

// --- deploy/policies/ ---------------------------------------------------------------------------------------------

const statementsOf = (...names) => names.flatMap((name) => {
  const text = readSource(`deploy/policies/${name}.json`);
  // IAM's limit for a managed policy.
  assert.ok(text.replaceAll(/\s/g, '').length <= 6144, name);
  const { Version, Statement } = JSON.parse(text);
  assert.equal(Version, '2012-10-17');
  Statement.forEach((each) => assert.equal(each.Effect, 'Allow'));
  return Statement;
});

const matches = (pattern, text) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);
const allows = (statements, action, resource) => statements.some((each) =>
  list(each.Action).some((pattern) => matches(pattern, action)) && list(each.Resource).some((pattern) => matches(pattern, resource)));

const arn = (service, rest) => `arn:aws:${service}:eu-central-1:123456789012:${rest}`;
const arns = {
  'Table.Arn': arn('dynamodb', 'table/voyages-Table-1'), 'WorkQueue.Arn': arn('sqs', 'voyages-WorkQueue-1'),
  'SlowQueue.Arn': arn('sqs', 'voyages-SlowQueue-1'),
  'FailedEvents.Arn': arn('sqs', 'voyages-FailedEvents-1'), 'Logs.Arn': arn('logs', 'log-group:/voyages/voyages:*'),
};

// By service: what it makes for a stack of the name `voyages`.
const made = {
  cloudfront: ['arn:aws:cloudfront::123456789012:distribution/E1'],
  cloudwatch: [arn('cloudwatch', 'alarm:voyages-SlowAlarm-1')],
  dynamodb: [arns['Table.Arn']],
  events: [arn('events', 'rule/voyages-TickFunctionEveryMinute-1')],
  iam: ['arn:aws:iam::123456789012:role/voyages-ApiRole-1', 'arn:aws:iam::123456789012:policy/voyages-CommonPolicy-1'],
  lambda: [arn('lambda', 'function:voyages-ApiFunction-1'), arn('lambda', 'event-source-mapping:1')],
  logs: [arns['Logs.Arn']],
  s3: [bucket, 'arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1/voyages/1'],
  secretsmanager: [known.MasterKey],
  ses: [arn('ses', 'configuration-set/MailEvents-1'), arn('ses', 'identity/example.com')],
  sns: [known.NoticesTopic],
  sqs: [arns['WorkQueue.Arn']],
};

// Of what AWS names for each type: rights for parts of it that the template does not use.
const unused = [
  /^(ec2|elasticfilesystem|s3files|s3tables|kinesis|firehose|kms):/,
  /^cloudfront:(.*ConnectionGroup|GetVpcOrigin|UpdateDistributionWithStagingConfig)$/,
  /^dynamodb:(Scan|Query|BatchWriteItem|(Get|Put|Update|Delete)Item|UpdateContributorInsights|ImportTable)$/,
  /^dynamodb:(.*KinesisStreamingDestination|(Put|Delete)ResourcePolicy|.*TableReplica)$/,
  /^iam:(CreateServiceLinkedRole|(Attach|Detach)(Group|User)Policy|DeleteRolePermissionsBoundary)$/,
  /^lambda:(PutRuntimeManagementConfig|PublishVersion|PassCapacityProvider|AssociateRuntimeAlias)$/,
  /^logs:(CreateLogStream|PutLogEvents|CreateLogDelivery|(Associate|Disassociate)KmsKey|PutLogGroupDeletionProtection)$/,
  /^logs:((Put|Delete)(DataProtection|Resource|Index)Policy|PutBearerTokenAuthentication)$/,
  /^s3:(Put(Analytics|Inventory|Metrics|Accelerate|Replication|IntelligentTiering|ObjectLock)Configuration|PutObjectAcl)$/,
  /^s3:((Create|Update|Delete)BucketMetadata.*|GetObjectMetadata|REST\.PUT\.OBJECT)$/,
  /^s3:DeleteBucket(Website|AnalyticsConfiguration|Cors|MetricsConfiguration|Encryption|Lifecycle|Replication)$/,
  /^secretsmanager:(ReplicateSecretToRegions|RemoveRegionsFromReplication)$/,
  /^sns:(PutDataProtectionPolicy|SetSubscriptionAttributes)$/,
];

test('who has the policies for deploying may make, change and delete each resource, but what outlives the stack', () => {
  const statements = statementsOf('deployer', 'deployer-domain');
  for (const [type, { create, read = [], update = [], delete: remove }] of Object.entries(rightsByType)) {
    const kept = ofType(type).every(([, each]) => each.DeletionPolicy === 'Retain');
    const needed = new Set([...create, ...read, ...update, ...(kept ? [] : remove)]);
    for (const action of [...needed].filter((each) => !unused.some((pattern) => pattern.test(each)))) {
      assert.ok(made[action.split(':')[0]]?.some((each) => allows(statements, action, each)), `${type} needs ${action}`);
    }
  }
  // What `sam` itself asks of CloudFormation and S3.
  for (const stack of ['voyages', 'aws-sam-cli-managed-default']) {
    for (const action of ['DescribeStacks', 'CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DescribeStackEvents']) {
      assert.ok(allows(statements, `cloudformation:${action}`, arn('cloudformation', `stack/${stack}/1`)), action);
    }
  }
  const transform = 'arn:aws:cloudformation:eu-central-1:aws:transform/Serverless-2016-10-31';
  assert.ok(allows(statements, 'cloudformation:CreateChangeSet', transform));
});

test('who has the policies for deploying may touch nothing else, and make no role without the boundary', () => {
  const statements = statementsOf('deployer', 'deployer-domain');
  // Those of SES and CloudFront, and event source mappings, have names that CloudFormation or AWS makes up.
  const ours = /voyages|aws-sam-cli-managed|Serverless-|secret:MasterKey-|^arn:aws:(ses|cloudfront):|event-source-mapping/;
  for (const { Sid, Action, Resource, Condition } of statements) {
    for (const action of list(Action)) assert.match(action, /^[a-z0-9]+:[A-Z][A-Za-z]+/, Sid);
    if (Sid === 'NoNarrower') {
      assert.ok(list(Action).every((each) => /:(Get|List|Describe|Unsubscribe)/.test(each)));
    } else if (Sid === 'Sources') {
      assert.deepEqual(Condition, { ArnLike: { 'lambda:FunctionArn': 'arn:aws:lambda:*:*:function:voyages-*' } });
    } else {
      assert.ok(list(Resource).every((each) => ours.test(each)), Sid);
    }
  }
  for (const action of ['dynamodb:DeleteTable', 'dynamodb:GetItem', 's3:DeleteBucket', 'secretsmanager:DeleteSecret',
    'secretsmanager:PutSecretValue', 'lambda:InvokeFunction', 'iam:CreateUser', 'iam:CreateAccessKey',
    'iam:DeleteRolePermissionsBoundary']) {
    for (const each of Object.values(made).flat()) assert.ok(!allows(statements, action, each), `${action} on ${each}`);
  }
  assert.ok(!allows(statements, 's3:GetObject', `${bucket}/blobs/1`));
  for (const action of ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'PutRolePermissionsBoundary']) {
    const [{ Condition }, ...others] = statements.filter((each) => allows([each], `iam:${action}`, made.iam[0]));
    const bounded = { StringLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/boundary-of-voyages' } };
    assert.deepEqual([Condition, others], [bounded, []]);
  }
  // The boundary is none of the policies that the deployer may change.
  assert.ok(!allows(statements, 'iam:CreatePolicyVersion', boundary));
  const [pass, ...others] = statements.filter((each) => allows([each], 'iam:PassRole', made.iam[0]));
  assert.deepEqual([pass.Condition, others], [{ StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }, []]);
});

test('the boundary allows all that the roles may do, and nothing that none of them may', () => {
  const statements = statementsOf('boundary');
  const used = new Set();
  for (const stack of Object.values(stacks)) {
    for (const role of Object.keys(rightsByRole)) {
      for (const [resource, actions] of Object.entries(rightsOf(role, stack))) {
        const name = resource.replace(/ if .*/, '').replace(/^\w+\.Arn/, (each) => arns[each]);
        for (const action of actions) {
          assert.ok(allows(statements, action, name), `${role}: ${action} on ${name}`);
          used.add(action);
        }
      }
    }
  }
  assert.deepEqual(statements.flatMap((each) => each.Action).sort(), [...used].sort());
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
  for (const queue of ['DeadLetters', 'SlowDeadLetters', 'FailedEvents']) assert.ok(watched(queue), queue);
  const asynchronous = ['TickFunction', 'FeedbackFunction'];
  const configured = ofType('AWS::Lambda::EventInvokeConfig').map(([, each]) => each.Properties);
  assert.deepEqual(configured.map((each) => targetOf(each.FunctionName)).sort(), asynchronous.sort());
  configured.forEach((each) => assert.equal(targetOf(each.DestinationConfig.OnFailure.Destination), 'FailedEvents'));
  for (const [name, { Properties: alarm }] of ofType('AWS::CloudWatch::Alarm')) {
    assert.deepEqual(alarm.AlarmActions.map(targetOf), ['NoticesTopic'], name);
  }
});

test('an alarm watches the table that is in use, and its index', () => {
  for (const stack of Object.values(stacks)) {
    const TableName = environmentOf(stack).VOYAGES_DYNAMODB_TABLE;
    const [total, ...watched] = stack.resources.TableThrottlesAlarm.Properties.Metrics;
    assert.equal(total.Expression, 'SUM(METRICS())');
    const metrics = watched.map(({ MetricStat: { Metric: { MetricName, Dimensions } } }) =>
      ({ MetricName, ...Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])) }));
    const GlobalSecondaryIndexName = named('Table').GlobalSecondaryIndexes[0].IndexName;
    assert.deepEqual(metrics, [
      { MetricName: 'ReadThrottleEvents', TableName },
      { MetricName: 'WriteThrottleEvents', TableName },
      { MetricName: 'ReadThrottleEvents', TableName, GlobalSecondaryIndexName },
      { MetricName: 'WriteThrottleEvents', TableName, GlobalSecondaryIndexName },
    ]);
  }
});

test('docs/deploy.md tells of every parameter and names only outputs that there are', () => {
  const text = readSource('docs/deploy.md');
  for (const name of Object.keys(template.Parameters)) assert.ok(text.includes(`\`${name}\``), name);
  for (const [, name] of text.matchAll(/outputs? `(\w+)`/g)) assert.ok(template.Outputs[name], name);
});
