#include "auth/verify.h"

#include "http/cookies.h"
#include "http/problem.h"
#include "http/router.h"

namespace voyages::auth {

namespace {

std::optional<std::string_view> find_token(const http::Request& request) {
  if (request.headers.find("Authorization")) return bearer_token(request);
  const auto cookies = request.headers.get("Cookie");
  const auto secure = http::find_cookie(cookies, secure_token_cookie);
  return secure ? secure : http::find_cookie(cookies, token_cookie);
}

std::string wanted_role(const http::Request& request) {
  const auto query = http::parse_query(request.raw_query());
  if (!query) return {};
  for (const auto& [name, value] : *query) {
    if (name == "role") return value;
  }
  return {};
}

std::string join(const std::vector<std::string>& roles) {
  std::string list;
  for (const auto& role : roles) list += (list.empty() ? "" : ",") + role;
  return list;
}

}  // namespace

http::Response verify(BearerAuthenticator& authenticator, const http::Request& request, http::Context& context) {
  const auto token = find_token(request);
  auto caller = token ? authenticator.check(*token, wanted_role(request), context.now)
                      : Result<std::shared_ptr<const http::Principal>>(fail(http::unauthenticated));
  if (!caller) {
    const int status = caller.error().code == http::forbidden.code ? 403 : 401;
    auto response = http::problem(status, caller.error(), context.request_id);
    if (status == 401) response.headers.add("WWW-Authenticate", R"(Bearer realm="voyages")");
    return response;
  }
  context.caller = *caller;
  http::Response response;
  response.headers.add("Remote-User", context.caller->user_id);
  response.headers.add("Remote-Email", context.caller->email);
  response.headers.add("Remote-Groups", join(context.caller->roles));
  return response;
}

}  // namespace voyages::auth
