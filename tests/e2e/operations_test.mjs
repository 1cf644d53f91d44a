// What an operator does and what can go wrong for one: each mistake ends with a line that says what to do.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { atExit, freePort, goodPassword, lastLines, run, startServer, temporaryFolder, waitFor } from '../support/server.mjs';

const isRoot = process.getuid() === 0;

const serve = async (data, options) =>
  run(['serve', '--listen', `localhost:${await freePort()}`, '--data', data], options);

function addUser(data, email, ...options) {
  return run(['user', 'add', email, '--password-stdin', '--data', data, ...options], { input: `${goodPassword}\n` });
}

/// A data folder that has been served once, with one account in it.
async function servedData() {
  const server = await startServer();
  await server.register('ada@example.com');
  assert.equal((await server.stop()).code, 0);
  return server.data;
}

/// `voyages: WHAT IS WRONG`, and a last line that says what to do.
function assertRefused(result, problem, advice, code = 1) {
  assert.equal(result.code, code, result.stderr);
  const [what, next] = lastLines(result).split('\n');
  assert.match(what, /^voyages: /);
  assert.match(what, problem);
  assert.match(next, advice);
  assert.doesNotMatch(result.stderr, /terminate called|core dumped/);
}

/// What the server has computed so far, in hundredths of a second (proc(5): utime).
function cpuTicks(server) {
  return Number(readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ')[11]);
}

describe('stopping', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`${signal} lets a request in flight finish, and exits with 0`, async () => {
      const server = await startServer({ settings: { VOYAGES_PASSWORD_MEMORY: '131072', VOYAGES_PASSWORD_PASSES: '8' } });
      await server.register('ada@example.com');
      const idle = cpuTicks(server);
      const answer = server.post('/auth/login', { email: 'ada@example.com', password: goodPassword });
      await waitFor('the hashing to begin', () => cpuTicks(server) > idle + 5);
      const ended = await server.stop(signal);
      assert.equal((await answer).status, 200);
      assert.equal(ended.code, 0);
      await assert.rejects(server.get('/health/live'));
    });
  }

  test('an idle connection does not hold it up', async () => {
    const server = await startServer();
    await server.get('/health/live'); // fetch keeps the connection
    const started = Date.now();
    assert.equal((await server.stop()).code, 0);
    assert.ok(Date.now() - started < 5000);
  });
});

describe('what cannot be served', () => {
  test('a data folder that is being served', async () => {
    const server = await startServer();
    assertRefused(await serve(server.data), /already running/, /stop it first|doctor/);
    assert.equal((await server.get('/health/ready')).status, 200);
    await server.stop();
  });

  test('an address that is taken', async () => {
    const occupant = createServer();
    await new Promise((resolve) => occupant.listen(0, 'localhost', resolve));
    const { port } = occupant.address();
    const result = await run(['serve', '--listen', `localhost:${port}`, '--data', join(temporaryFolder(), 'data')]);
    occupant.close();
    assertRefused(result, new RegExp(`${port}.*in use`), /doctor|--listen/);
  });

  test('settings that are wrong or unknown, which are named', async () => {
    assertRefused(await run(['config'], { settings: { VOYAGES_LISTEN: 'nonsense' } }), /VOYAGES_LISTEN/, /config/, 2);
    assertRefused(await run(['serve'], { settings: { VOYAGES_ACCESS_TOKEN_TTL: '-1' } }), /VOYAGES_ACCESS_TOKEN_TTL/, /config/, 2);
    assertRefused(await run(['serve'], { settings: { VOYAGES_X: '1' } }), /VOYAGES_X/, /config/, 2);
    const both = await run(['serve'], { settings: { VOYAGES_X: '1', VOYAGES_REGISTRATION: 'maybe' } });
    assert.match(both.stderr, /VOYAGES_X\b/);
    assert.match(both.stderr, /VOYAGES_REGISTRATION.*open, invite or closed/s);
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'voyages.toml'), 'registration = "open"\nlisten_to = "me"\n');
    assertRefused(await run(['config'], { cwd }), /voyages\.toml.*listen_to|listen_to.*voyages\.toml/, /config/, 2);
  });

  test('a database file that is damaged', async () => {
    const data = await servedData();
    const file = openSync(join(data, 'voyages.db'), 'r+');
    writeSync(file, Buffer.alloc(statSync(join(data, 'voyages.db')).size, 0xa5), 0);
    closeSync(file);
    assertRefused(await serve(data), /voyages\.db/, /restore|doctor/);
  });

  test('a database whose pages are damaged', async () => {
    const data = await servedData();
    const size = statSync(join(data, 'voyages.db')).size;
    const file = openSync(join(data, 'voyages.db'), 'r+');
    writeSync(file, Buffer.alloc(size - 4096, 0xa5), 0, size - 4096, 4096); // all but the first page
    closeSync(file);
    assertRefused(await serve(data), /voyages\.db|malformed|damaged/, /restore|doctor/);
    const doctor = await run(['doctor', '--data', data]);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /restore/);
  });

  test('a database of another program', async () => {
    const data = join(temporaryFolder(), 'data');
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(join(data, 'voyages.db'), 'these are not the bytes of a database, and nobody may overwrite them');
    assertRefused(await serve(data), /voyages\.db/, /doctor/);
    assert.match(readFileSync(join(data, 'voyages.db'), 'utf8'), /^these are not/);
  });

  test('a database of a newer version', async () => {
    const data = await servedData();
    const file = openSync(join(data, 'voyages.db'), 'r+');
    writeSync(file, Buffer.from([0, 0, 0, 99]), 0, 4, 60); // https://sqlite.org/fileformat2.html §1.3: user_version
    closeSync(file);
    assertRefused(await serve(data), /newer version.*schema 99/, /doctor/);
  });

  test('data whose master key is lost or another', async () => {
    const data = await servedData();
    rmSync(join(data, 'master.key'));
    assertRefused(await serve(data), /master key/, /doctor/);
  });

  test('a data folder that cannot be written', async () => {
    const home = temporaryFolder();
    const data = join(home, 'data');
    mkdirSync(data, { mode: 0o500 });
    const nobody = 65534;
    if (isRoot) for (const folder of [home, data]) chownSync(folder, nobody, nobody);
    const launcher = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
    const result = await serve(data, { cwd: home, launcher });
    assertRefused(result, /[Pp]ermission denied/, /doctor|--data|VOYAGES_DATA/);
    assert.match(result.stderr, new RegExp(data));
    chmodSync(data, 0o700);
  });
});

describe('a full disk', () => {
  function mountSmall(size) {
    const folder = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder]);
    if (mounted.status !== 0) return undefined;
    atExit(() => spawnSync('umount', ['-l', folder]));
    return folder;
  }

  function fill(file) {
    const descriptor = openSync(file, 'w');
    for (const size of [1 << 20, 4096, 1]) {
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(size));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      }
    }
    closeSync(descriptor);
  }

  test('refuses writes with 503, reads on, and loses nothing', async (t) => {
    const folder = mountSmall('96m');
    if (!folder) return t.skip('a file system can only be mounted by root');
    const server = await startServer({ data: join(folder, 'data') });
    const registered = [];
    const register = async (email) => {
      const answer = await server.post('/auth/register', { email, password: goodPassword });
      if (answer.status === 201) registered.push(email);
      return answer;
    };
    for (let i = 0; i < 20; ++i) assert.equal((await register(`before${i}@example.com`)).status, 201);
    const { access_token: token } = await server.login('before0@example.com');

    fill(join(folder, 'filler'));
    // What the log file has room for still goes in.
    let refused;
    for (let i = 0; i < 5000 && refused?.status !== 503; ++i) refused = await register(`during${i}@example.com`);
    assert.equal(refused.status, 503);
    assert.equal(refused.body.code, 'unavailable');
    assert.match(refused.headers.get('content-type'), /problem\+json/);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await server.get('/auth/me', { token })).status, 200);
    assert.equal((await server.get('/health/live')).status, 200);
    await waitFor('the report that it is not ready', async () => (await server.get('/health/ready')).status === 503);
    assertRefused(await run(['health', '--url', server.url]), /503/, /voyages doctor/);
    assert.equal((await run(['health', '--live', '--url', server.url])).code, 0);

    rmSync(join(folder, 'filler'));
    await waitFor('writes to work again', async () => (await register('after@example.com')).status === 201);
    await waitFor('readiness', async () => (await server.get('/health/ready')).status === 200);
    for (const email of registered) await server.login(email);
    assert.equal((await server.stop()).code, 0);
    const again = await startServer({ data: server.data });
    for (const email of registered) await again.login(email);
    await again.stop();
  });
});

describe('backup and restore', () => {
  test('a backup made under load restores to what had been acknowledged', async () => {
    const server = await startServer();
    const acknowledged = [];
    let loading = true;
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let i = 0; loading; ++i) {
        const email = `user${client}-${i}@example.com`;
        await server.register(email);
        acknowledged.push(email);
      }
    });
    await waitFor('some load', () => acknowledged.length >= 40);

    mkdirSync(join(server.data, 'blobs/media+'), { recursive: true });
    writeFileSync(join(server.data, 'blobs/media+/film'), 'a film');
    const file = join(temporaryFolder(), 'backup');
    const before = [...acknowledged];
    const made = await run(['backup', file, '--data', server.data]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /master\.key/);
    assert.equal(statSync(file).mode & 0o077, 0, 'others can read the backup');
    loading = false;
    await Promise.all(clients);

    assertRefused(await run(['restore', file, '--data', server.data]), /already running/, /stop it first|doctor/);
    await server.register('late@example.com');
    await server.stop();

    const data = join(temporaryFolder(), 'data');
    const restored = await run(['restore', file, '--data', data]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(readFileSync(join(data, 'blobs/media+/film'), 'utf8'), 'a film');
    copyFileSync(join(server.data, 'master.key'), join(data, 'master.key'));
    chmodSync(join(data, 'master.key'), 0o600);
    const again = await startServer({ data });
    for (const email of before) await again.login(email);
    assert.equal((await again.post('/auth/login', { email: 'late@example.com', password: goodPassword })).status, 401);
    await again.stop();
  });

  test('what is no backup is refused, and changes nothing', async () => {
    const data = await servedData();
    const file = join(temporaryFolder(), 'backup');
    writeFileSync(file, 'not a backup');
    assertRefused(await run(['restore', file, '--data', data]), /backup/, /./);
    assertRefused(await run(['restore', `${file}-missing`, '--data', data]), /No such file/, /./);

    const other = await servedData();
    mkdirSync(join(other, 'blobs/media+'));
    writeFileSync(join(other, 'blobs/media+/film'), 'a film');
    assert.equal((await run(['backup', file, '--data', other])).code, 0);
    truncateSync(file, statSync(file).size - 1024);
    assertRefused(await run(['restore', file, '--data', data]), /not a sound backup/, /./);
    assert.deepEqual(readdirSync(join(data, 'blobs')), ['~incoming']);
    const server = await startServer({ data });
    await server.login('ada@example.com');
    await server.stop();
  });
});

describe('accounts from the command line', () => {
  test('an owner made before the first start signs in, and there is no setup link any more', async () => {
    const data = join(temporaryFolder(), 'data');
    const added = await addUser(data, 'owner@example.com', '--role', 'owner');
    assert.equal(added.code, 0, added.stderr);
    assert.match(added.stdout, /owner@example\.com/);
    const server = await startServer({ data });
    assert.equal(server.setupLink, undefined);
    const { access_token: token } = await server.login('owner@example.com');
    assert.equal((await server.get('/admin/users', { token })).status, 200);
    await server.stop();
  });

  test('every command works while the server runs, and takes effect at once', async () => {
    const server = await startServer();
    assert.ok(server.setupLink);
    const user = (...args) => run(['user', ...args, '--data', server.data]);
    assert.equal((await addUser(server.data, 'owner@example.com', '--role', 'owner')).code, 0);
    const { access_token: token } = await server.login('owner@example.com');
    assert.equal((await server.get('/admin/users', { token })).status, 200);
    assertRefused(await addUser(server.data, 'owner@example.com'), /account|taken/, /./);

    assertRefused(await user('delete', 'owner@example.com'), /only owner/, /./);
    assertRefused(await user('disable', 'owner@example.com'), /only owner/, /./);
    assertRefused(await user('role', 'owner@example.com', '--remove', 'owner'), /only owner/, /./);
    assert.equal((await server.get('/admin/users', { token })).status, 200);
    assert.equal((await addUser(server.data, 'second@example.com', '--role', 'owner')).code, 0);
    assert.equal((await user('disable', 'owner@example.com')).code, 0);
    assert.equal((await server.get('/auth/me', { token })).status, 401);
    assert.equal((await server.post('/auth/login', { email: 'owner@example.com', password: goodPassword })).status, 403);
    assert.equal((await user('enable', 'owner@example.com')).code, 0);
    await server.login('owner@example.com');
    assert.match((await user('list')).stdout, /owner@example\.com/);
    assert.match((await user('show', 'owner@example.com')).stdout, /sessions: +1/);
    assert.equal((await user('delete', 'owner@example.com')).code, 0);
    assert.match((await user('list')).stdout, /^\S+ +second@example\.com .*\n$/);
    assertRefused(await user('show', 'owner@example.com'), /No user/, /user list/);
    await server.stop();
  });

  test('a bad address, a short password and no password are refused', async () => {
    const data = join(temporaryFolder(), 'data');
    assertRefused(await addUser(data, 'nobody'), /e-mail address/, /--help/, 2);
    const short = await run(['user', 'add', 'a@example.com', '--password-stdin', '--data', data], { input: 'short\n' });
    assertRefused(short, /8/, /another password/);
    assertRefused(await run(['user', 'add', 'a@example.com', '--data', data]), /terminal/, /--password-stdin/);
  });
});

describe('looking at it', () => {
  test('config masks secrets and says where each value came from', async () => {
    const key = Buffer.alloc(32, 7).toString('base64url');
    const { code, stdout } = await run(['config'], { settings: { VOYAGES_MASTER_KEY: key, VOYAGES_LISTEN: ':8099' } });
    assert.equal(code, 0);
    assert.ok(!stdout.includes(key));
    assert.match(stdout, /master_key.*VOYAGES_MASTER_KEY/);
    assert.match(stdout, /listen.*8099.*VOYAGES_LISTEN/);
  });

  test('doctor passes before, while and after serving, and fails when something is wrong', async () => {
    const data = join(temporaryFolder(), 'data');
    const port = await freePort();
    const doctor = () => run(['doctor', '--data', data], { settings: { VOYAGES_LISTEN: `localhost:${port}` } });
    const passes = async () => {
      const result = await doctor();
      assert.equal(result.code, 0, result.stdout + result.stderr);
    };
    await passes();
    assert.ok(!existsSync(data), 'a doctor who makes what he looks for');
    const server = await startServer({ data, port });
    await passes();
    await server.stop();
    await passes();
    chmodSync(join(data, 'master.key'), 0o644);
    const result = await doctor();
    assert.equal(result.code, 1);
    assert.match(result.stdout, /chmod 600/);
    assert.match(lastLines(result, 1), /voyages doctor/);
  });

  test('health passes while it serves, and fails before and after', async () => {
    const data = join(temporaryFolder(), 'data');
    const port = await freePort();
    const health = (...options) => run(['health', ...options], { settings: { VOYAGES_LISTEN: `localhost:${port}` } });
    assertRefused(await health(), /cannot connect/, /voyages serve/);
    const server = await startServer({ data, port });
    for (const options of [[], ['--live'], ['--url', server.url], ['--listen', `:${port}`]]) {
      const result = await health(...options);
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stdout, /^http:\S+\/health\/(live|ready) is healthy\n$/);
    }
    assert.doesNotMatch(server.stdout, /Ctrl-C/, 'nobody can type it here');
    await server.stop();
    assertRefused(await health('--live'), /cannot connect/, /voyages serve/);
  });

  test('every command explains itself', async () => {
    const commands = async (path) => {
      const { code, stdout, stderr } = await run([...path, '--help']);
      assert.equal(code, 0, `${path.join(' ')}: ${stderr}`);
      assert.ok(stdout.length > 50);
      const [, listed = ''] = stdout.split(/^Subcommands:$/m);
      return [...listed.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name]) => [...path, name]);
    };
    const seen = [];
    for (let left = [[]]; left.length > 0; left = left.slice(1)) {
      const below = await commands(left[0]);
      left.push(...below);
      seen.push(...below.map((path) => path.join(' ')));
    }
    for (const name of ['serve', 'user add', 'user list', 'keys rotate', 'openapi', 'config', 'doctor', 'health', 'backup', 'restore']) {
      assert.ok(seen.includes(name), `${name} is not listed: ${seen}`);
    }
  });

  test('metrics are on their own address', async () => {
    const port = await freePort();
    const server = await startServer({ settings: { VOYAGES_METRICS_LISTEN: `localhost:${port}` } });
    await server.get('/auth/me');
    const metrics = await (await fetch(`http://localhost:${port}/metrics`)).text();
    assert.match(metrics, /voyages_http_requests_total\{operation="get_me",status="4xx"\} 1/);
    assert.equal((await server.get('/metrics')).status, 404);
    await server.stop();
  });
});
