#include "auth/verify.h"

#include "auth/browser_session.h"
#include "base/escape.h"
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

/// What the proxy's configuration asks for, in the query.
struct Question {
  std::string role;       // `role=`, which the caller must have; empty: any
  bool redirect = false;  // `redirect=true`: send a browser to the sign-in page
};

// Returns nullopt if the query is ambiguous: a proxy that passes its caller's query on must not open the door.
std::optional<Question> find_question(const http::Request& request) {
  const auto query = http::parse_query(request.raw_query());
  if (!query) return std::nullopt;
  Question question;
  for (const auto& [name, value] : *query) {
    if (name == "redirect") question.redirect = value == "true";
    if (name != "role") continue;
    if (!question.role.empty() || value.empty()) return std::nullopt;
    question.role = value;
  }
  return question;
}

Result<std::shared_ptr<const http::Principal>> find_caller(CallerAuthenticator& authenticator,
                                                           const http::Request& request,
                                                           const std::optional<Question>& question, Time now) {
  const auto token = find_token(request, behind_tls(authenticator.options()));
  if (!question) return fail(http::forbidden);
  const auto& role = question->role;
  if (!token && request.headers.find("Authorization")) return fail(http::unauthenticated);
  auto caller = token ? authenticator.check(*token, role, now) : authenticator.check_cookie(request.headers, role);
  // What stands behind the proxy expects a person.
  if (caller && (*caller)->is_service) return fail(http::service_not_allowed);
  if (caller && !(*caller)->client_id.empty()) return fail({http::forbidden, "A client's token does not open this."});
  return caller;
}

// Our sign-in page, which leads back to the page that the proxy was asked for. Nothing for a program, which would take
// our page for its answer, and for what would be lost on the way, such as a form that is sent.
std::optional<std::string> sign_in_url(const std::string& public_url, const http::Request& request) {
  constexpr std::size_t max_path = 2000;
  const auto* path = request.headers.find("X-Forwarded-Uri");
  const auto* method = request.headers.find("X-Forwarded-Method");
  const auto* accept = request.headers.find("Accept");
  if (path == nullptr || path->size() > max_path || !path->starts_with('/')) return std::nullopt;
  if (method != nullptr && *method != "GET" && *method != "HEAD") return std::nullopt;
  if (accept == nullptr || accept->find("text/html") == std::string::npos) return std::nullopt;
  return public_url + "/login?return_to=" + percent_encode(*path);
}

std::string join(const std::vector<std::string>& roles) {
  std::string list;
  for (const auto& role : roles) list += (list.empty() ? "" : ",") + role;
  return list;
}

}  // namespace

http::Response verify(CallerAuthenticator& authenticator, const http::Request& request, http::Context& context) {
  const auto question = find_question(request);
  const auto caller = find_caller(authenticator, request, question, context.now);
  if (!caller) {
    const auto code = caller.error().code;
    const bool known = code == http::forbidden.code || code == http::service_not_allowed.code;
    const auto sign_in = known ? std::nullopt : sign_in_url(authenticator.options().public_url, request);
    const int refused = known ? 403 : 401;
    auto response = sign_in && question->redirect ? http::Response{.status = 303}
                                                  : http::problem(refused, caller.error(), context.request_id);
    if (response.status == 401) response.headers.add("WWW-Authenticate", R"(Bearer realm="voyages")");
    if (sign_in) response.headers.add("Location", *sign_in);
    return response;
  }
  context.caller = *caller;
  http::Response response;
  response.headers.add("Remote-User", context.caller->user_id);
  // An account made with somebody else's address must not pass for theirs. The field is there all the same, so that a
  // proxy that copies it leaves nothing in its place that a visitor sent.
  response.headers.add("Remote-Email", context.caller->email_verified ? context.caller->email : "");
  response.headers.add("Remote-Groups", join(context.caller->roles));
  return response;
}

}  // namespace voyages::auth
