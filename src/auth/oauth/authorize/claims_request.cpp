#include "auth/oauth/authorize/claims_request.h"

#include "auth/oauth/clients/client.h"
#include "base/json_members.h"
#include "base/strict_json.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t max_bytes = 4096;

std::unexpected<OAuthError> malformed() {
  return refuse(error::invalid_request, "claims is no JSON object as OpenID Connect Core 5.5 has it, of at most 4 KB.");
}

// §5.5.1: `value`, or else `values`.
std::vector<std::string> wanted_values(const boost::json::object& wish) {
  if (const auto value = text_in(wish, "value")) return {std::string(*value)};
  std::vector<std::string> values;
  const auto* list = wish.if_contains("values");
  if (!list || !list->is_array()) return values;
  for (const auto& value : list->get_array()) {
    if (value.is_string()) values.emplace_back(value.get_string());
  }
  return values;
}

bool is_essential(const boost::json::object& wish) {
  const auto* essential = wish.if_contains("essential");
  return essential && essential->is_bool() && essential->get_bool();
}

bool read_wish(std::string_view claim, const boost::json::value& value, std::vector<std::string>& wanted,
               ClaimsRequest& request) {
  if (!value.is_null() && !value.is_object()) return false;
  const auto wish = value.is_object() ? value.get_object() : boost::json::object();
  if (!scope_of_claim(claim).empty()) wanted.emplace_back(claim);
  if (claim == "acr" && is_essential(wish)) request.essential_acr = wanted_values(wish);
  if (claim != "sub") return true;
  const auto subject = text_or_empty(wish, "value");
  if (subject.empty()) return true;
  // Both places may name who it must be; not two different ones.
  if (!request.subject.empty() && request.subject != subject) return false;
  request.subject = subject;
  return true;
}

bool read_member(const boost::json::object& claims, std::string_view name, std::vector<std::string>& wanted,
                 ClaimsRequest& request) {
  const auto* member = claims.if_contains(name);
  if (!member) return true;
  if (!member->is_object()) return false;
  for (const auto& [claim, value] : member->get_object()) {
    if (!read_wish(claim, value, wanted, request)) return false;
  }
  return true;
}

}  // namespace

OAuthResult<ClaimsRequest> parse_claims(std::string_view json) {
  if (json.size() > max_bytes) return malformed();
  const auto parsed = parse_strict_json(json, {.max_depth = 8});
  if (!parsed || !parsed->is_object()) return malformed();
  ClaimsRequest request;
  const auto& claims = parsed->get_object();
  if (!read_member(claims, "id_token", request.id_token, request) ||
      !read_member(claims, "userinfo", request.userinfo, request)) {
    return malformed();
  }
  return request;
}

std::string_view scope_of_claim(std::string_view claim) {
  if (claim == "name" || claim == "updated_at") return scope::profile;
  if (claim == "email" || claim == "email_verified") return scope::email;
  if (claim == "roles" || claim == "groups") return scope::roles;
  return {};
}

}  // namespace voyages::auth::oauth
