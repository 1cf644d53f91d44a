// A JOSE library that nobody here wrote accepts our tokens by our key set, and only them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { run, startServer, waitFor } from '../support/server.mjs';
import { importPackage } from '../support/skip.mjs';

const jose = await importPackage('jose');

function verify(server, token) {
  const keys = jose.createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url));
  return jose.jwtVerify(token, keys, {
    issuer: server.url, audience: server.url, typ: 'at+jwt', requiredClaims: ['sub', 'jti', 'iat', 'exp', 'client_id'],
  });
}

async function signedIn(server) {
  await server.register('ada@example.com');
  return (await server.login('ada@example.com')).access_token;
}

async function keyIds(server) {
  return (await server.get('/.well-known/jwks.json')).body.keys.map((key) => key.kid);
}

function withFlippedBit(token, part) {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part], 'base64url');
  bytes[bytes.length >> 1] ^= 1;
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
}

const keyTypes = { EdDSA: 'OKP', ES256: 'EC', RS256: 'RSA' };

for (const algorithm of Object.keys(keyTypes)) {
  describe(algorithm, () => {
    let server;
    let token;
    before(async () => {
      server = await startServer({ settings: { VOYAGES_SIGNING_ALGORITHM: algorithm } });
      token = await signedIn(server);
    });
    after(() => server.stop());

    test('a token verifies by the published keys', async () => {
      const { payload, protectedHeader } = await verify(server, token);
      assert.equal(protectedHeader.alg, algorithm);
      assert.equal(payload.exp - payload.iat, 15 * 60);
      const me = await server.get('/auth/me', { token });
      assert.equal(payload.sub, me.body.id ?? me.body.user.id);
    });

    test('the published keys are public, named, and say what they are for', async () => {
      const { keys } = (await server.get('/.well-known/jwks.json')).body;
      // Access tokens are signed by one algorithm, ID tokens by the one that their client understands.
      assert.deepEqual(keys.map(({ alg }) => alg).sort(), Object.keys(keyTypes).sort());
      const { kid } = jose.decodeProtectedHeader(token);
      assert.equal(keys.find((key) => key.kid === kid).alg, algorithm);
      for (const key of keys) {
        assert.equal(key.kty, keyTypes[key.alg]);
        assert.equal(key.use, 'sig');
        assert.equal(key.kid, await jose.calculateJwkThumbprint(key));
        for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.ok(!(secret in key), secret);
      }
    });

    test('a token that was changed verifies nowhere', async () => {
      for (const part of [1, 2]) {
        const changed = withFlippedBit(token, part);
        await assert.rejects(verify(server, changed));
        assert.equal((await server.get('/auth/me', { token: changed })).status, 401);
      }
    });

    test('a token for somebody else is not for us', async () => {
      const keys = jose.createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url));
      await assert.rejects(jose.jwtVerify(token, keys, { audience: 'https://other.example' }));
      const forged = await new jose.SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setExpirationTime('1h').sign(new TextEncoder().encode(JSON.stringify((await keyIds(server))[0]).padEnd(32)));
      assert.equal((await server.get('/auth/me', { token: forged })).status, 401);
      const unsigned = new jose.UnsecuredJWT(jose.decodeJwt(token)).encode();
      assert.equal((await server.get('/auth/me', { token: unsigned })).status, 401);
    });
  });
}

describe('key rotation beside a running server', () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());
  const rotate = (...options) => run(['keys', 'rotate', ...options, '--data', server.data]);

  test('publishes a new key, and believes what the old one signed; after a leak it does not', async () => {
    const token = await signedIn(server);
    const first = jose.decodeProtectedHeader(token).kid;
    const old = await keyIds(server);

    assert.equal((await rotate()).code, 0);
    const published = await waitFor('the new keys', async () => {
      const ids = await keyIds(server);
      return ids.length === 2 * old.length && ids;
    }, 10_000);
    assert.deepEqual(old.filter((kid) => !published.includes(kid)), []);
    await verify(server, token);
    assert.equal((await server.get('/auth/me', { token })).status, 200);
    // A key that was published this minute does not sign yet: caches of the key set may not have it.
    const next = (await server.login('ada@example.com')).access_token;
    assert.equal(jose.decodeProtectedHeader(next).kid, first);

    assert.equal((await rotate('--now')).code, 0);
    await waitFor('the old tokens to be refused', async () => (await server.get('/auth/me', { token })).status === 401, 10_000);
    await assert.rejects(verify(server, token));
    assert.deepEqual((await keyIds(server)).filter((kid) => published.includes(kid)), []);
    await verify(server, (await server.login('ada@example.com')).access_token);
  });
});
