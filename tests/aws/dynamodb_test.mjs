// Starts DynamoDB Local for the tests in C++ that need it, tests/aws/dynamodb/local, and runs them. Arguments are
// GoogleTest's: --gtest_filter=...
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { startDynamodbLocal } from '../support/dynamodb_local.mjs';
import { outputFolder } from '../support/server.mjs';

const tests = process.env.VOYAGES_DYNAMODB_TESTS ?? join(outputFolder, 'dynamodb_tests');

const dynamodb = await startDynamodbLocal();
const child = spawn(tests, process.argv.slice(2),
  { stdio: 'inherit', env: { ...process.env, VOYAGES_TEST_DYNAMODB: dynamodb.endpoint } });
const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
await dynamodb.stop();
process.exitCode = code ?? 1;
