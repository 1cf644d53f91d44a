// What this site asks Cloud Voyages, by OpenID Connect. The libraries do the checking.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

export class Provider {
  static async discover({ issuer, clientId, clientSecret, site }) {
    // Without TLS on this machine alone.
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(issuer).hostname);
    const options = isLocal ? { execute: [openid.allowInsecureRequests] } : undefined;
    const configuration = await openid.discovery(new URL(issuer), clientId, {}, openid.ClientSecretBasic(clientSecret), options);
    return new Provider(configuration, clientId, site);
  }

  #configuration;
  #clientId;
  #site;
  #keys;

  constructor(configuration, clientId, site) {
    this.#configuration = configuration;
    this.#clientId = clientId;
    this.#site = site;
    this.#keys = createRemoteJWKSet(new URL(configuration.serverMetadata().jwks_uri));
  }

  /// Where the browser goes to sign in, and what its answer must fit.
  async beginSignIn() {
    const verifier = openid.randomPKCECodeVerifier();
    const checks = { pkceCodeVerifier: verifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce() };
    const url = openid.buildAuthorizationUrl(this.#configuration, {
      redirect_uri: `${this.#site}/callback`,
      scope: 'openid profile email',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, checks };
  }

  /// The user who comes back with that answer; throws when it is not the answer to `checks`.
  async finishSignIn(path, checks) {
    const tokens = await openid.authorizationCodeGrant(this.#configuration, new URL(path, this.#site), checks);
    const { sub, sid } = tokens.claims();
    const { name, email } = await openid.fetchUserInfo(this.#configuration, tokens.access_token, sub);
    return { user: { sub, sid, name, email }, idToken: tokens.id_token };
  }

  /// Where the browser goes to sign out, here and everywhere.
  signOutUrl(idToken) {
    const leave = { post_logout_redirect_uri: `${this.#site}/`, ...(idToken && { id_token_hint: idToken }) };
    return openid.buildEndSessionUrl(this.#configuration, leave).href;
  }

  /// OpenID Connect Back-Channel Logout §2.6: whom a logout token names; throws when it is not one for this site.
  async readLogoutToken(token) {
    const { payload } = await jwtVerify(token, this.#keys, {
      issuer: this.#configuration.serverMetadata().issuer,
      audience: this.#clientId,
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
    });
    if (!payload.events[logoutEvent] || 'nonce' in payload) throw new Error('this is no logout token');
    if (!payload.sub && !payload.sid) throw new Error('this logout token names nobody');
    return { sub: payload.sub, sid: payload.sid };
  }
}
