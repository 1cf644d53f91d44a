// The Lambda functions that are measured, each as the platform would unpack and start it.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { sourceFolder } from '../../tests/support/server.mjs';

export const workFolder = join(sourceFolder, 'build/bench/lambda');
const peersFolder = join(sourceFolder, 'bench/peers');

// Python must find neither our folders nor the user's.
const platform = {
  PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'en_US.UTF-8', TZ: ':UTC', _HANDLER: 'app.handler',
  AWS_LAMBDA_FUNCTION_NAME: 'bench', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench', AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-dynamodb-local', AWS_SESSION_TOKEN: 'of-the-bench',
};

function run(command, options = {}) {
  const result = spawnSync(command[0], command.slice(1), { encoding: 'utf8', ...options });
  if (result.error || result.status !== 0) {
    const reason = result.error?.message ?? (result.stderr || result.stdout).trim();
    throw new Error(`${command.slice(0, 4).join(' ')}: ${reason}`);
  }
  return result.stdout;
}

// The size in MB of a zip of all that is in the folder.
function zipSize_mb(folder, leave_out = []) {
  const zip = `${folder}.zip`;
  rmSync(zip, { force: true });
  run(['zip', '-qr9', zip, '.', ...(leave_out.length ? ['-x', ...leave_out] : [])], { cwd: folder });
  return statSync(zip).size / 1e6;
}

function lambda(name, folder, command, files, zip_mb, environment = {}) {
  const log = join(workFolder, `${name}.log`);
  rmSync(log, { force: true });
  return { name, folder, command, files, zip_mb, log,
    environment: { ...platform, LAMBDA_TASK_ROOT: folder, ...environment } };
}

// The zip that scripts/package left beside the bootstrap; another bootstrap is packed here, less tightly.
function packageSize_mb(bootstrap, folder) {
  const packed = readdirSync(dirname(bootstrap)).find((name) => /^voyages-lambda-.*\.zip$/.test(name));
  return packed ? statSync(join(dirname(bootstrap), packed)).size / 1e6 : zipSize_mb(folder);
}

/// Our bootstrap, alone in its folder, as scripts/package makes it.
export function ours(bootstrap, settings) {
  const folder = join(workFolder, 'ours');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(bootstrap, join(folder, 'bootstrap'));
  chmodSync(join(folder, 'bootstrap'), 0o755);
  return { hasSignIn: true,
    ...lambda('ours', folder, [join(folder, 'bootstrap')], [folder], packageSize_mb(bootstrap, folder),
      { _HANDLER: 'bootstrap', ...settings }) };
}

/// bench/peers/curl_hello with all its libraries beside it, the C library's too.
export function curlHello() {
  const folder = join(workFolder, 'curl_hello');
  const program = join(sourceFolder, 'build/bench/bench/peers/curl_hello');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['bin', 'lib']) mkdirSync(join(folder, part), { recursive: true });
  copyFileSync(program, join(folder, 'bin/hello'));
  copyFileSync(join(peersFolder, 'curl_hello/bootstrap'), join(folder, 'bootstrap'));
  for (const file of ['bin/hello', 'bootstrap']) chmodSync(join(folder, file), 0o755);
  const libraries = run(['ldd', program]).match(/\/\S+\.so\S*/g);
  for (const library of libraries) copyFileSync(library, join(folder, 'lib', basename(library)));
  run(['strip', join(folder, 'bin/hello')]);
  return { libraries: libraries.length,
    ...lambda('curl_hello', folder, [join(folder, 'bootstrap')], [folder], zipSize_mb(folder)) };
}

/// bench/peers/seed with its packages, under the runtime client that Lambda's own image has. Throws where pip cannot
/// install it.
export function seed(settings) {
  const folder = join(workFolder, 'seed');
  const runtime = join(workFolder, 'python_runtime');
  const lists = ['requirements.txt', 'runtime_requirements.txt'].map((name) => join(peersFolder, 'seed', name));
  const wanted = lists.map((list) => readFileSync(list, 'utf8')).join('');
  const stamp = join(workFolder, 'seed-requirements.txt');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const pip = join(workFolder, 'pip/bin/pip');
    run(['python3', '-m', 'venv', '--clear', join(workFolder, 'pip')]);
    [folder, runtime].forEach((target, i) => {
      rmSync(target, { recursive: true, force: true });
      run([pip, '--quiet', '--disable-pip-version-check', 'install', '--target', target, '--requirement', lists[i]]);
    });
    writeFileSync(stamp, wanted);
  }
  cpSync(join(peersFolder, 'seed/app.py'), join(folder, 'app.py'));
  const [python, library] = run(['python3', '-c',
    'import os, sys, sysconfig; print(os.path.realpath(sys.executable)); print(sysconfig.get_path("stdlib"))']).split('\n');
  // Bytecode is left out, as `sam build` does; here the function may use it, which favours it.
  const zip_mb = zipSize_mb(folder, ['*/__pycache__/*', '__pycache__/*']);
  const environment = {
    PYTHONPATH: `${folder}:${runtime}`, TABLE_NAME: 'seed', TOKEN_KEY: randomBytes(32).toString('base64url'), ...settings,
  };
  return { isSlow: true, hasSignIn: settings !== undefined,
    ...lambda('seed', folder, [python, '-m', 'awslambdaric', 'app.handler'], [folder, runtime, python, library], zip_mb,
      environment) };
}
