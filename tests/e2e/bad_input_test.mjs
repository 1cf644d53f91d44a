// What clients must not send, over real sockets. Each gets the documented status, and no secret reaches the log.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { goodPassword, startServer } from '../support/server.mjs';

const secretPassword = 'a password that no log may hold';
const json = 'Content-Type: application/json';
let server;
let token;
let refreshToken;

before(async () => {
  server = await startServer({
    settings: {
      VOYAGES_HEADER_TIMEOUT: '1s', VOYAGES_BODY_TIMEOUT: '1s', VOYAGES_MAX_BODY: '64KiB',
      VOYAGES_CORS_ORIGINS: 'https://app.example.com', VOYAGES_LOG_LEVEL: 'debug',
    },
  });
  await server.register('ada@example.com', secretPassword);
  ({ access_token: token, refresh_token: refreshToken } = await server.login('ada@example.com', secretPassword));
});

after(async () => {
  assert.equal((await server.get('/health/ready')).status, 200);
  const { code, stderr } = await server.stop();
  assert.equal(code, 0);
  for (const secret of [secretPassword, goodPassword, token, refreshToken, token.split('.')[2], refreshToken.split('.')[1]]) {
    assert.ok(!stderr.includes(secret), 'a secret is in the log');
  }
  assert.doesNotMatch(stderr, /unhandled exception|handler threw/);
});

/// Sends the parts, each after the one before has left, and reads until the server closes.
async function exchange(...parts) {
  const socket = connect(server.port, 'localhost');
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (data) => { text += data; });
  socket.on('error', () => {}); // a reset is a way of closing, too
  const closed = new Promise((resolve) => socket.on('close', resolve));
  for (const part of parts) {
    await new Promise((resolve) => socket.write(part, resolve));
  }
  await closed;
  return text;
}

function request(line, fields = [], body = '') {
  return [line, 'Host: localhost', 'Connection: close', ...fields, '', body].join('\r\n');
}

function post(path, body, fields = []) {
  return request(`POST ${path} HTTP/1.1`, [json, `Content-Length: ${Buffer.byteLength(body)}`, ...fields], body);
}

function parse(text) {
  const [head, body = ''] = text.split(/\r\n\r\n([\s\S]*)/);
  return { status: Number(head.split(' ')[1]), head, body, answers: text.split('HTTP/1.1 ').length - 1 };
}

/// One answer of this status, which is a problem with this code.
function assertProblem(text, status, code) {
  const answer = parse(text);
  assert.equal(answer.status, status, text);
  assert.equal(answer.answers, 1, text);
  assert.match(answer.head, /content-type: application\/problem\+json/i);
  const problem = JSON.parse(answer.body);
  assert.equal(problem.status, status);
  assert.equal(problem.code, code, text);
  assert.ok(problem.detail && problem.request_id);
  return problem;
}

describe('a body', () => {
  const login = (body, fields) => exchange(post('/auth/login', body, fields));
  const cases = {
    'that is empty': ['', 400, 'body_required'],
    'that breaks off': ['{"email": "ada@exam', 400, 'malformed_json'],
    'with something behind it': ['{} {}', 400, 'malformed_json'],
    'that is no object': ['["ada@example.com"]', 400, 'body_required'],
    'with a name twice': ['{"email": "a@example.com", "email": "b@example.com", "password": "x"}', 400, 'duplicate_field'],
    'that is nested too deeply': [`{"email": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400, 'malformed_json'],
    'with a number beyond all': ['{"email": 1e999999, "password": "x"}', 400, 'malformed_json'],
    'with a huge number': [`{"email": ${'9'.repeat(300)}, "password": "x"}`, 422, 'invalid_input'],
    'with wrong types': ['{"email": {"a": []}, "password": 7}', 422, 'invalid_input'],
    'with an unknown field': ['{"email": "ada@example.com", "password": "x", "admin": true}', 422, 'invalid_input'],
    'without its fields': ['{}', 422, 'invalid_input'],
    'with a lone surrogate': ['{"email": "\\ud800", "password": "x"}', 400, 'malformed_json'],
    'with a NUL in a field': ['{"email": "ada\\u0000@example.com", "password": "x"}', 422, 'invalid_input'],
  };
  for (const [name, [body, status, code]] of Object.entries(cases)) {
    test(`${name} is answered ${status} ${code}`, async () => { assertProblem(await login(body), status, code); });
  }

  test('with wrong types names each bad field', async () => {
    const problem = assertProblem(await login('{"email": {"a": []}, "password": 7, "x": 1}'), 422, 'invalid_input');
    assert.deepEqual(problem.errors.map((error) => error.field).sort(), ['email', 'password', 'x']);
  });

  test('that is not UTF-8 is answered 400', async () => {
    const body = Buffer.from('{"email": "\xff\xfe@example.com", "password": "x"}', 'latin1');
    const head = request('POST /auth/login HTTP/1.1', [json, `Content-Length: ${body.length}`]);
    assertProblem(await exchange(Buffer.concat([Buffer.from(head), body])), 400, 'malformed_json');
  });

  test('of another type is answered 415', async () => {
    const form = 'email=ada%40example.com&password=x';
    const fields = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`];
    assertProblem(await exchange(request('POST /auth/login HTTP/1.1', fields, form)), 415, 'unsupported_media_type');
  });

  test('that is too large is answered 413, announced or in chunks', async () => {
    assertProblem(await exchange(request('POST /auth/login HTTP/1.1', [json, 'Content-Length: 10000000'])), 413,
      'payload_too_large');
    const head = request('POST /auth/login HTTP/1.1', [json, 'Transfer-Encoding: chunked']);
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    assertProblem(await exchange(head, chunk, chunk, chunk), 413, 'payload_too_large');
  });

  test('in well-formed chunks is read', async () => {
    const body = JSON.stringify({ email: 'ada@example.com', password: secretPassword });
    const chunks = [...body].map((c) => `1\r\n${c}\r\n`).join('');
    const head = request('POST /auth/login HTTP/1.1', [json, 'Transfer-Encoding: chunked']);
    assert.equal(parse(await exchange(head, `${chunks}0\r\n\r\n`)).status, 200);
  });

  test('that stops coming is answered 408, and does not hang', async () => {
    assertProblem(await exchange(request('POST /auth/login HTTP/1.1', [json, 'Content-Length: 100'], '{"em')), 408,
      'request_timeout');
  });
});

describe('a request line and fields', () => {
  const cases = {
    'two Content-Lengths': [request('POST /auth/login HTTP/1.1', [json, 'Content-Length: 2', 'Content-Length: 3'], '{}'), 400],
    'two equal Content-Lengths': [request('POST /auth/login HTTP/1.1', [json, 'Content-Length: 2', 'Content-Length: 2'], '{}'), 400],
    'a list of Content-Lengths': [request('POST /auth/login HTTP/1.1', [json, 'Content-Length: 2, 2'], '{}'), 400],
    'a signed Content-Length': [request('POST /auth/login HTTP/1.1', [json, 'Content-Length: +2'], '{}'), 400],
    'Content-Length beside chunks': [request('POST /auth/login HTTP/1.1',
      [json, 'Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /health HTTP/1.1\r\n\r\n'), 400],
    'an unknown transfer coding': [request('POST /auth/login HTTP/1.1', [json, 'Transfer-Encoding: xchunked'], '0\r\n\r\n'), 400],
    'a transfer coding that hides': [request('POST /auth/login HTTP/1.1', [json, 'Transfer-Encoding : chunked'], '0\r\n\r\n'), 400],
    'bare line feeds': ['GET /health/live HTTP/1.1\nHost: localhost\n\n', 400],
    'a bare line feed in a field': ['GET /health/live HTTP/1.1\r\nHost: localhost\nX: 1\r\n\r\n', 400],
    'a bare carriage return': ['GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n', 400],
    'a folded field': [request('GET /health/live HTTP/1.1', ['X-Long: a', ' b']), 400],
    'a NUL in a field': [request('GET /health/live HTTP/1.1', ['X: a\0b']), 400],
    'no Host': ['GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    'two Hosts': [request('GET /health/live HTTP/1.1', ['Host: other']), 400],
    'a target with a space': [request('GET /health /live HTTP/1.1'), 400],
    'HTTP/0.9': ['GET /health/live\r\n\r\n', 400],
    'HTTP/2.0': [request('GET /health/live HTTP/2.0'), 505],
    'a TLS handshake': [Buffer.from('16030100a5010000a1030300', 'hex'), 400],
    'a long target': [request(`GET /${'a'.repeat(9000)} HTTP/1.1`), 414],
    'many fields': [request('GET /health/live HTTP/1.1', Array.from({ length: 200 }, (_, i) => `X-${i}: 1`)), 431],
    'a long field': [request('GET /health/live HTTP/1.1', [`X: ${'a'.repeat(20_000)}`]), 431],
    'an unknown expectation': [request('GET /health/live HTTP/1.1', ['Expect: tea']), 417],
  };
  for (const [name, [bytes, status]] of Object.entries(cases)) {
    test(`${name}: ${status}, once`, async () => {
      const answer = parse(await exchange(bytes));
      assert.equal(answer.status, status, answer.head);
      assert.equal(answer.answers, 1);
      assert.match(answer.head, /content-type: application\/problem\+json/i);
    });
  }

  test('a request hidden in a refused one is not served', async () => {
    const hidden = request('GET /auth/me HTTP/1.1', [`Authorization: Bearer ${token}`]);
    const text = await exchange(request('POST /auth/login HTTP/1.1',
      [json, 'Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${hidden}`));
    assert.equal(parse(text).answers, 1);
    assert.doesNotMatch(text, /ada@example.com/);
  });

  test('a client that sends its head slowly is closed', async () => {
    const started = Date.now();
    const text = await exchange('GET /health/live HTTP/1.1\r\nHost: ');
    assert.ok(Date.now() - started < 15_000);
    if (text) assertProblem(text, 408, 'request_timeout');
  });

  test('a forged request id does not reach the answer or the log', async () => {
    const text = await exchange(request('GET /health HTTP/1.1', ['X-Request-Id: a"b{}']));
    assert.doesNotMatch(text, /a"b/);
    assert.match(await exchange(request('GET /health HTTP/1.1', ['X-Request-Id: mine-1.2_3'])), /x-request-id: mine-1\.2_3/i);
  });
});

describe('an address', () => {
  test('that is not there is answered 404', async () => {
    for (const path of ['/nothing', '/auth/login/', '/auth//login', '/AUTH/LOGIN', '/../etc/passwd', '/assets/../../x']) {
      assertProblem(await exchange(request(`GET ${path} HTTP/1.1`)), 404, 'not_found');
    }
  });

  test('names its methods to who uses another', async () => {
    const text = await exchange(request('DELETE /auth/login HTTP/1.1'));
    assertProblem(text, 405, 'method_not_allowed');
    assert.match(text, /allow: POST, OPTIONS/i);
    assertProblem(await exchange(request('BREW /auth/login HTTP/1.1')), 501, 'not_implemented');
  });

  test('is not found by a query that is not well-formed', async () => {
    const answer = await server.get('/auth/sessions?x=%zz', { token });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, 'malformed_query');
  });

  test('with a strange id is answered 422 or 404, never 500', async () => {
    for (const id of ['%00', '%ff', '..', '%2e%2e', "'%20OR%201=1", 'a'.repeat(2000), '0']) {
      const { status } = await server.call('DELETE', `/auth/sessions/${id}`, undefined, { token });
      assert.ok([404, 422, 405, 204].includes(status), `${id}: ${status}`);
    }
    ({ access_token: token } = await server.login('ada@example.com', secretPassword));
  });

  test('tells a browser which origins may call', async () => {
    const ask = (origin) => exchange(request('OPTIONS /auth/login HTTP/1.1',
      [`Origin: ${origin}`, 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: content-type']));
    const allowed = await ask('https://app.example.com');
    assert.equal(parse(allowed).status, 204);
    assert.match(allowed, /access-control-allow-origin: https:\/\/app\.example\.com\r/i);
    assert.match(allowed, /access-control-allow-methods: POST, OPTIONS/i);
    assert.match(allowed, /vary: origin/i);
    for (const origin of ['https://evil.example', 'null', 'https://app.example.com.evil.example']) {
      assert.doesNotMatch(await ask(origin), /access-control-allow/i);
    }
  });

  test('refuses credentials that are none', async () => {
    for (const value of ['Bearer', 'Bearer ', 'Bearer a.b.c', `Basic ${token}`, `Bearer ${token} ${token}`, `Bearer ${'a'.repeat(7000)}`]) {
      const answer = await exchange(request('GET /auth/me HTTP/1.1', [`Authorization: ${value}`]));
      assertProblem(answer, 401, answer.includes('invalid_token') ? JSON.parse(parse(answer).body).code : 'unauthenticated');
      assert.match(answer, /www-authenticate: Bearer/i);
    }
    const twice = await exchange(request('GET /auth/me HTTP/1.1', [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]));
    assert.equal(parse(twice).status, 401);
  });
});

describe('an authorization request that is too long', () => {
  const assertPage = (text, status) => {
    const answer = parse(text);
    assert.equal(answer.status, status, answer.head);
    assert.equal(answer.answers, 1);
    assert.match(answer.head, /content-type: text\/html/i);
    assert.match(answer.head, /content-security-policy: .*frame-ancestors 'none'/i);
    assert.match(answer.head, /cache-control: no-store/i);
    assert.doesNotMatch(answer.head, /\r\nlocation:/i);
    assert.match(answer.body, /<body data-error="request_too_large">/);
    assert.doesNotMatch(answer.body, /evil/);
  };
  for (const path of ['/oauth/authorize', '/oauth/logout']) {
    test(`is refused on a page of ours (${path})`, async () => {
      for (const bytes of [9_000, 100_000]) {
        const target = `${path}?client_id=x&redirect_uri=https://evil.example/&state=${'s'.repeat(bytes)}`;
        assertPage(await exchange(request(`GET ${target} HTTP/1.1`, ['Accept: text/html'])), 414);
      }
      const form = `client_id=x&state=${'s'.repeat(100_000)}`;
      const fields = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`];
      assertPage(await exchange(request(`POST ${path} HTTP/1.1`, fields, form)), 413);
    });
  }

  test('is a problem where programs call', async () => {
    assertProblem(await exchange(request(`POST /oauth/token?x=${'s'.repeat(9_000)} HTTP/1.1`)), 414, 'uri_too_long');
  });
});

describe('what is refused changes nothing', () => {
  test('bad registrations make no account', async () => {
    const good = { email: 'eve@example.com', password: goodPassword };
    for (const bad of [{ ...good, password: 'short' }, { ...good, roles: ['owner'] }, { ...good, password: null },
      { ...good, name: 'a\nb' }, { ...good, name: 'x'.repeat(101) }, { ...good, password: 'password' },
      { ...good, password: good.email }, { ...good, email: 'eve@' }, { ...good, email: 'eve@example.com, ada@example.com' }]) {
      const answer = await server.post('/auth/register', bad);
      assert.equal(answer.status, 422, JSON.stringify(bad));
      assert.equal(answer.body.code, 'invalid_input');
      assert.ok(answer.body.errors.length > 0);
    }
    assert.equal((await server.post('/auth/login', good)).status, 401);
  });
});
