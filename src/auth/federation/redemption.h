#pragma once

#include <string>
#include <string_view>

#include "auth/federation/directory.h"
#include "auth/federation/profile.h"
#include "auth/federation/provider.h"
#include "auth/federation/upstream.h"
#include "base/clock.h"
#include "base/secret.h"

namespace voyages::auth::federation {

/// An authorization code that came back, and what we asked for it with.
struct Redemption {
  const Provider& provider;
  const Secret& client_secret;
  std::string_view redirect_uri;
  std::string_view code;
  const Secret& code_verifier;
  std::string_view nonce;
};

/// Trades the code for who has signed in, at an OpenID provider (OpenID Connect Core §3.1.3). Throws `UpstreamFailed`.
Profile redeem_openid(Upstream& upstream, Directory& directory, const Redemption& redemption, Time now);

/// The same at GitHub, whose e-mail addresses are had from its API. Throws `UpstreamFailed`.
Profile redeem_github(Upstream& upstream, const Redemption& redemption);

/// GitHub's addresses, of github.com or a server of one's own. Throws `UpstreamFailed` when the issuer is no address.
struct GithubEndpoints {
  Endpoint authorization;
  Endpoint token;
  Endpoint user;
  Endpoint emails;
  std::string issuer;  // as its answers name it (RFC 9207)
};
GithubEndpoints github_endpoints(const Provider& provider);

}  // namespace voyages::auth::federation
