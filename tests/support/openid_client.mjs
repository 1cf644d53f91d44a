// openid-client, a certified relying party, set to check all that it can.
import { importPackage } from './skip.mjs';
import './webcrypto.mjs';

export const openid = await importPackage('openid-client');

/// ID tokens' signatures are checked too, which came straight from the server.
const strictly = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] };

export function discover(server, client, { method, metadata = {}, ...options } = {}) {
  const authentication = method ?? (client.CLIENT_SECRET ? openid.ClientSecretBasic(client.CLIENT_SECRET) : openid.None());
  return openid.discovery(new URL(server.url), client.CLIENT_ID, metadata, authentication, { ...strictly, ...options });
}

/// What the browser is sent with, and what its answer must fit.
export async function prepare(extra = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce(), idTokenExpected: true,
  };
  const parameters = {
    scope: 'openid profile email', state: checks.expectedState, nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...extra,
  };
  return { parameters, checks };
}

/// A whole sign-in of that visitor: the tokens.
export async function signInWith(config, visitor, extra, options) {
  const { parameters, checks } = await prepare(extra);
  const { url } = await visitor.go(openid.buildAuthorizationUrl(config, parameters));
  return openid.authorizationCodeGrant(config, url, checks, undefined, options);
}
