#include "auth/verify.h"

#include "auth/browser_session.h"
#include "http/cookies.h"
#include "http/problem.h"
#include "http/router.h"

namespace voyages::auth {

namespace {

// Behind TLS only the cookie with the `__Host-` prefix counts: the other one, a sibling subdomain can set.
std::optional<std::string> find_token(const http::Request& request, bool tls) {
  const auto credentials = request.headers.count("Authorization");
  if (credentials != 0) {
    const auto token = credentials == 1 ? bearer_token(request) : std::nullopt;
    return token ? std::optional(std::string(*token)) : std::nullopt;
  }
  auto cookie = http::find_cookie(request.headers, secure_token_cookie);
  if (!cookie && !tls) cookie = http::find_cookie(request.headers, token_cookie);
  return cookie;
}

// The role that `?role=` asks for; empty when the query asks for none. Nothing when it is not clear which, since a
// proxy that passes its caller's query on must not open the door.
std::optional<std::string> wanted_role(const http::Request& request) {
  const auto query = http::parse_query(request.raw_query());
  if (!query) return std::nullopt;
  std::optional<std::string> role;
  for (const auto& [name, value] : *query) {
    if (name != "role") continue;
    if (role || value.empty()) return std::nullopt;
    role = value;
  }
  return role.value_or("");
}

Result<std::shared_ptr<const http::Principal>> find_caller(CallerAuthenticator& authenticator,
                                                           const http::Request& request, Time now) {
  const auto token = find_token(request, behind_tls(authenticator.options()));
  const auto role = wanted_role(request);
  if (!role) return fail(http::forbidden);
  if (!token && request.headers.find("Authorization")) return fail(http::unauthenticated);
  auto caller = token ? authenticator.check(*token, *role, now) : authenticator.check_cookie(request.headers, *role);
  // What stands behind the proxy expects a person.
  if (caller && (*caller)->is_service) return fail(http::service_not_allowed);
  return caller;
}

std::string join(const std::vector<std::string>& roles) {
  std::string list;
  for (const auto& role : roles) list += (list.empty() ? "" : ",") + role;
  return list;
}

}  // namespace

http::Response verify(CallerAuthenticator& authenticator, const http::Request& request, http::Context& context) {
  const auto caller = find_caller(authenticator, request, context.now);
  if (!caller) {
    const auto code = caller.error().code;
    const int status = code == http::forbidden.code || code == http::service_not_allowed.code ? 403 : 401;
    auto response = http::problem(status, caller.error(), context.request_id);
    if (status == 401) response.headers.add("WWW-Authenticate", R"(Bearer realm="voyages")");
    return response;
  }
  context.caller = *caller;
  http::Response response;
  response.headers.add("Remote-User", context.caller->user_id);
  // Who registers with somebody else's address must not pass for them.
  if (context.caller->email_verified) response.headers.add("Remote-Email", context.caller->email);
  response.headers.add("Remote-Groups", join(context.caller->roles));
  return response;
}

}  // namespace voyages::auth
