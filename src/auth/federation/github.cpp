#include <fmt/format.h>

#include "auth/federation/redemption.h"
#include "base/encoding.h"
#include "base/json_members.h"

// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
namespace voyages::auth::federation {

namespace {

constexpr std::string_view api_json = "application/vnd.github+json";

Endpoint require(const std::string& url) {
  auto endpoint = Endpoint::parse(url, Plaintext::on_loopback);
  if (!endpoint) throw UpstreamFailed(fmt::format("{} is no address", url));
  return std::move(*endpoint);
}

std::string request_access_token(Upstream& upstream, const Endpoint& endpoint, const Redemption& redemption) {
  const auto answer = upstream.post(endpoint, {{"client_id", redemption.provider.client_id},
                                               {"client_secret", redemption.client_secret.expose()},
                                               {"code", redemption.code},
                                               {"redirect_uri", redemption.redirect_uri},
                                               {"code_verifier", redemption.code_verifier.expose()}});
  const auto token = text_in(answer, "access_token");
  if (!token || token->empty() || !equal_ignoring_case(text_or_empty(answer, "token_type"), "bearer")) {
    throw UpstreamFailed(fmt::format("{} sent no bearer token", endpoint.url));
  }
  return std::string(*token);
}

// The one address that is the account's own and that GitHub has confirmed.
void read_emails(Profile& profile, const boost::json::value& answer) {
  const auto* list = answer.if_array();
  if (!list) return;
  for (const auto& element : *list) {
    const auto* entry = element.if_object();
    if (!entry) continue;
    const auto* primary = entry->if_contains("primary");
    const auto* verified = entry->if_contains("verified");
    if (!primary || *primary != true) continue;
    if (auto email = Email::parse(text_or_empty(*entry, "email"))) profile.email = std::move(*email);
    profile.email_verified = profile.email && verified && *verified == true;
    return;
  }
}

}  // namespace

GithubEndpoints github_endpoints(const Provider& provider) {
  std::string base = provider.issuer;
  if (base.ends_with('/')) base.pop_back();
  // github.com has a host for its API; a server of one's own has a path.
  const auto api = base == "https://github.com" ? std::string("https://api.github.com") : base + "/api/v3";
  return {.authorization = require(base + "/login/oauth/authorize"),
          .token = require(base + "/login/oauth/access_token"),
          .user = require(api + "/user"),
          .emails = require(api + "/user/emails?per_page=100"),
          .issuer = base + "/login/oauth"};
}

Profile redeem_github(Upstream& upstream, const Redemption& redemption) {
  const auto endpoints = github_endpoints(redemption.provider);
  const auto authorization = bearer(request_access_token(upstream, endpoints.token, redemption));
  const auto user = upstream.get(endpoints.user, authorization, api_json);
  const auto* id = user.is_object() ? user.get_object().if_contains("id") : nullptr;
  // The number stays; a login name can be given up, and taken by somebody else.
  if (!id || !id->is_int64() || id->get_int64() <= 0) {
    throw UpstreamFailed(fmt::format("{} sent a user without an id", endpoints.user.url));
  }
  Profile profile{.subject = std::to_string(id->get_int64())};
  profile.name = readable_name(text_or_empty(user.get_object(), "name"));
  if (profile.name.empty()) profile.name = readable_name(text_or_empty(user.get_object(), "login"));
  read_emails(profile, upstream.get(endpoints.emails, authorization, api_json));
  return profile;
}

}  // namespace voyages::auth::federation
