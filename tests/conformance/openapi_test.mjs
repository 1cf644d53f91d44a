// The contract is an OpenAPI 3.1 document by a validator nobody here wrote, and keeps its word in its own examples.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { run, startServer, temporaryFolder } from '../support/server.mjs';
import { importPackage } from '../support/skip.mjs';

const { Validator } = await importPackage('@seriousme/openapi-schema-validator');
const { default: Ajv } = await importPackage('ajv/dist/2020.js');
const { default: addFormats } = await importPackage('ajv-formats');

let server;
let contract;
let ajv;

before(async () => {
  server = await startServer();
  contract = (await server.get('/openapi.json')).body;
  ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(contract, 'contract');
});
after(() => server.stop());

/// A validator of the schema at these steps into the contract; `$ref`s into it resolve.
function validatorAt(steps) {
  const pointer = steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent).join('/');
  return ajv.getSchema(`contract#/${pointer}`) ?? assert.fail(`no schema at ${steps.join(' ')}`);
}

/// Every example, with the steps to the schema that it is an example of.
function* examplesIn(node, steps = []) {
  if (node === null || typeof node !== 'object') return;
  const inProperties = steps.at(-1) === 'properties'; // a property may itself be called `example`
  if (!inProperties && 'example' in node) {
    yield { steps: 'schema' in node ? [...steps, 'schema'] : steps, example: node.example };
  }
  if (!inProperties && 'examples' in node && 'schema' in node) {
    for (const { value } of Object.values(node.examples)) yield { steps: [...steps, 'schema'], example: value };
  }
  for (const [name, child] of Object.entries(node)) {
    if (inProperties || !['example', 'examples'].includes(name)) yield* examplesIn(child, [...steps, name]);
  }
}

function operations() {
  return Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
}

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(contract));
  assert.ok(result.valid, JSON.stringify(result.errors, null, 2));
  assert.equal(validator.version, '3.1');
});

test('every schema in it is a valid JSON Schema', () => {
  for (const name of Object.keys(contract.components.schemas)) validatorAt(['components', 'schemas', name]);
});

test('every example in it is what its schema says', () => {
  const examples = [...examplesIn(contract)];
  assert.ok(examples.length > 50, `only ${examples.length} examples were found`);
  for (const { steps, example } of examples) {
    const validate = validatorAt(steps);
    assert.ok(validate(example), `${steps.join(' ')}: ${JSON.stringify(example)}: ${ajv.errorsText(validate.errors)}`);
  }
});

test('every request body has an example', () => {
  for (const { path, method, operation } of operations()) {
    const media = operation.requestBody?.content['application/json'];
    if (media) assert.ok('example' in media || JSON.stringify(media.schema).includes('"example"'), `${method} ${path}`);
  }
});

test('what the server answers is what the contract says', async () => {
  const checked = async (method, path, answer) => {
    const listed = contract.paths[path][method].responses[answer.status] ?? assert.fail(`${path}: ${answer.status}`);
    // What every operation can answer stands in one place.
    const steps = listed.$ref?.slice('#/'.length).split('/')
      ?? ['paths', path, method, 'responses', String(answer.status)];
    const response = steps.reduce((node, step) => node[step], contract);
    if (!response.content) return assert.equal(answer.text, '');
    const type = answer.headers.get('content-type');
    const validate = validatorAt([...steps, 'content', type, 'schema']);
    assert.ok(validate(answer.body), `${method} ${path}: ${answer.text}: ${ajv.errorsText(validate.errors)}`);
  };
  const account = { email: 'ada@example.com', password: 'correct horse battery staple' };
  await checked('post', '/auth/register', await server.post('/auth/register', account));
  await checked('post', '/auth/register', await server.post('/auth/register', account)); // taken
  await checked('post', '/auth/register', await server.post('/auth/register', { email: 1 }));
  await checked('post', '/auth/register', await server.post('/auth/register', '{'));
  const login = await server.post('/auth/login', account);
  await checked('post', '/auth/login', login);
  await checked('post', '/auth/login', await server.post('/auth/login', { ...account, password: 'wrong' }));
  const { access_token: token, refresh_token } = login.body;
  for (const path of ['/auth/me', '/auth/sessions', '/admin/users', '/auth/verify', '/.well-known/jwks.json',
    '/health', '/health/live', '/health/ready']) {
    await checked('get', path, await server.get(path, { token }));
    await checked('get', path, await server.get(path));
  }
  await checked('post', '/auth/refresh', await server.post('/auth/refresh', { refresh_token }));
  await checked('post', '/auth/refresh', await server.post('/auth/refresh', { refresh_token: 'x' }));
  await checked('patch', '/auth/me', await server.call('PATCH', '/auth/me', { name: 'Ada' }, { token }));
  await checked('post', '/auth/forgot-password', await server.post('/auth/forgot-password', { email: account.email }));
  await checked('post', '/auth/reset-password', await server.post('/auth/reset-password', { token: 'x', password: 'y' }));
  await checked('post', '/auth/logout', await server.post('/auth/logout', undefined, { token }));
});

test('`voyages openapi` prints what the server serves', async () => {
  const printed = await run(['openapi'], { cwd: temporaryFolder() });
  assert.equal(printed.code, 0, printed.stderr);
  assert.deepEqual(JSON.parse(printed.stdout), contract);
});
