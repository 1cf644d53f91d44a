#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/federation/endpoint.h"

namespace voyages::auth::federation {

/// How we authenticate to the token endpoint (OpenID Connect Core §9).
enum class ClientAuthentication { basic, post };

/// What an OpenID provider says of itself (OpenID Connect Discovery 1.0 §3), as far as we use it.
struct Metadata {
  std::string issuer;
  Endpoint authorization_endpoint;
  Endpoint token_endpoint;
  Endpoint jwks_uri;
  std::optional<Endpoint> userinfo_endpoint;
  ClientAuthentication authentication = ClientAuthentication::basic;
  bool names_itself = false;  // its answers carry `iss` (RFC 9207 §3)
};

/// Where the issuer's metadata is (§4): nothing for what is no issuer.
std::optional<Endpoint> metadata_endpoint(std::string_view issuer);

/// The document, if it is this issuer's and we can work with it; else why not, in words for the log.
std::expected<Metadata, std::string> read_metadata(const boost::json::value& document, std::string_view issuer);

}  // namespace voyages::auth::federation
