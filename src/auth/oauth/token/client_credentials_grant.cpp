#include <algorithm>

#include "auth/oauth/scope.h"
#include "auth/oauth/token/grants.h"
#include "base/uuid.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

bool is_of_a_person(std::string_view name) { return std::ranges::find(scope::all, name) != std::end(scope::all); }

// The names that are not about a person: there is none.
OAuthResult<std::string> scope_without_person(const Client& client, std::string_view wanted) {
  auto names = parse_scope(wanted);
  if (!names) return std::unexpected(names.error());
  if (names->empty()) {
    *names = client.scopes;
    std::erase_if(*names, is_of_a_person);
    return join_scope(*names);
  }
  const bool fits = std::ranges::all_of(
      *names, [&](const std::string& name) { return client.may_ask_for(name) && !is_of_a_person(name); });
  if (!fits) return refuse(error::invalid_scope, "A scope is about a user, or none that the client may ask for.");
  return join_scope(*names);
}

}  // namespace

OAuthResult<json::object> grant_by_client_credentials(Auth& auth, const TokenRequest& request) {
  const auto& client = request.client;
  // RFC 6749 §4.4: only who proves it is this client.
  if (client.is_public()) return refuse(error::unauthorized_client, "A public client has no credentials of its own.");
  auto scope = scope_without_person(client, request.form.get("scope"));
  if (!scope) return std::unexpected(scope.error());
  auto resources = resources_for(client, request.form.all("resource"));
  if (!resources) return std::unexpected(resources.error());
  if (const auto used = spend_proof(auth, request.proof, request.context.now); !used)
    return std::unexpected(used.error());
  // RFC 9068 §2.2: `sub` is the client. There is no session, but an id for one, by which the token can be revoked.
  return answer_tokens(
      auth, request,
      {.session = {.user_id = client.client_id, .session_id = new_uuid7(request.context.now), .email = {}, .roles = {}},
       .scope = std::move(*scope),
       .resources = std::move(*resources)});
}

}  // namespace voyages::auth::oauth
