#include <fmt/format.h>

#include "auth/federation/id_token.h"
#include "auth/federation/redemption.h"
#include "base/encoding.h"
#include "base/json_members.h"

namespace voyages::auth::federation {

namespace {

boost::json::object request_tokens(Upstream& upstream, const Metadata& metadata, const Redemption& redemption) {
  FormFields fields{{"grant_type", "authorization_code"},
                    {"code", redemption.code},
                    {"redirect_uri", redemption.redirect_uri},
                    {"code_verifier", redemption.code_verifier.expose()}};
  if (metadata.authentication == ClientAuthentication::basic) {
    return upstream.post(metadata.token_endpoint, fields,
                         basic(redemption.provider.client_id, redemption.client_secret));
  }
  fields.emplace_back("client_id", redemption.provider.client_id);
  fields.emplace_back("client_secret", redemption.client_secret.expose());
  return upstream.post(metadata.token_endpoint, fields);
}

boost::json::object read_id_token(Directory& directory, const Metadata& metadata, const boost::json::object& tokens,
                                  const Redemption& redemption, Time now) {
  const auto token = crypto::parse_jws(text_or_empty(tokens, "id_token"));
  if (!token) throw UpstreamFailed(fmt::format("{} sent no ID token that can be read", metadata.issuer));
  auto keys = directory.keys(metadata, now);
  // §10.1.1: a key that we do not know may be a new one.
  if (is_allowed_algorithm(*token) && !keys->find(*token)) keys = directory.keys_anew(metadata, now);
  const Expected expected{metadata.issuer, redemption.provider.client_id, redemption.nonce};
  auto claims = check_id_token(*token, keys->find(*token), expected, now);
  if (claims) return std::move(*claims);
  throw UpstreamFailed(
      fmt::format("{} sent an ID token with the fault {}", metadata.issuer, to_string(claims.error())));
}

// §5.3: some providers give the address only here.
boost::json::object ask_userinfo(Upstream& upstream, const Metadata& metadata, const boost::json::object& tokens,
                                 std::string_view subject) {
  const auto access_token = text_in(tokens, "access_token");
  if (!access_token || !equal_ignoring_case(text_or_empty(tokens, "token_type"), "Bearer")) {
    throw UpstreamFailed(fmt::format("{} sent no bearer token for its userinfo", metadata.issuer));
  }
  auto claims = upstream.get(*metadata.userinfo_endpoint, bearer(*access_token));
  // §5.3.2: another subject's claims are not to be used.
  if (!claims.is_object() || text_in(claims.get_object(), "sub") != subject) {
    throw UpstreamFailed(fmt::format("{} sent the userinfo of somebody else", metadata.issuer));
  }
  return std::move(claims.get_object());
}

}  // namespace

Profile redeem_openid(Upstream& upstream, Directory& directory, const Redemption& redemption, Time now) {
  const auto metadata = directory.metadata(redemption.provider.issuer, now);
  const auto tokens = request_tokens(upstream, *metadata, redemption);
  const auto claims = read_id_token(directory, *metadata, tokens, redemption, now);
  Profile profile{.subject = std::string(text_or_empty(claims, "sub"))};
  profile.auth_time = read_auth_time(claims, now);
  read_claims(profile, claims);
  if (!claims.contains("email") && metadata->userinfo_endpoint) {
    read_claims(profile, ask_userinfo(upstream, *metadata, tokens, profile.subject));
  }
  return profile;
}

}  // namespace voyages::auth::federation
