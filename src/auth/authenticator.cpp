#include "auth/authenticator.h"

#include "auth/access_token.h"
#include "auth/browser_session.h"
#include "auth/service_token.h"
#include "auth/session.h"
#include "auth/user.h"
#include "base/encoding.h"
#include "crypto/token.h"
#include "http/input.h"

namespace voyages::auth {

namespace {

http::Principal to_principal(const BrowserSession& session) {
  return {.user_id = session.user.id,
          .session_id = session.id,
          .email = session.user.email,
          .email_verified = session.user.email_verified_at.has_value(),
          .roles = session.user.roles,
          .expires_at = session.ends_at,
          .by_cookie = true};
}

bool is_read(http::Method method) { return method == http::Method::get || method == http::Method::head; }

}  // namespace

// By Fetch Metadata, or else by `Origin` (RFC 6454 §7), which every browser sends with what is neither GET nor HEAD.
bool from_our_pages(const http::Headers& headers, std::string_view public_url) {
  if (const auto* site = headers.find("Sec-Fetch-Site")) return *site == "same-origin";
  return headers.get("Origin") == public_url;
}

void take_browser_along(http::Route& route, Auth& auth) {
  route.run = [&auth, run = route.run](const http::Route& self, const http::Request& request,
                                       const http::PathParameters& parameters, http::Context& context) {
    const auto session = find_browser_session(auth, request.headers);
    // A page of another site must not sign its visitor in as somebody else either. Without a session, a caller that
    // names no page is a program.
    const bool by_a_browser = session || request.headers.find("Sec-Fetch-Site") || request.headers.find("Origin");
    if (by_a_browser && !is_read(request.method) && !from_our_pages(request.headers, auth.options.public_url)) {
      return http::failure(self, http::cross_site_request, context);
    }
    if (session) context.caller = std::make_shared<const http::Principal>(to_principal(*session));
    return run(self, request, parameters, context);
  };
}

std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto credentials = request.headers.get("Authorization");
  // RFC 9110 §11.1: the scheme's name has no case.
  if (!equal_ignoring_case(credentials.substr(0, scheme.size()), scheme)) return std::nullopt;
  return credentials.substr(scheme.size());
}

Result<std::shared_ptr<const http::Principal>> CallerAuthenticator::authenticate(const http::Request& request,
                                                                                 std::string_view permission,
                                                                                 Time now) {
  if (const auto credentials = request.headers.count("Authorization"); credentials != 0) {
    const auto token = bearer_token(request);
    if (!token || credentials != 1) return fail(http::unauthenticated);
    return check(*token, permission, now);
  }
  auto caller = check_cookie(request.headers, permission);
  if (caller && !is_read(request.method) && !from_our_pages(request.headers, auth_.options.public_url)) {
    return fail(http::cross_site_request);
  }
  return caller;
}

Result<std::shared_ptr<const http::Principal>> CallerAuthenticator::check_cookie(const http::Headers& headers,
                                                                                 std::string_view permission) {
  if (!session_cookie(auth_.options, headers)) return fail(http::unauthenticated);
  auto session = find_browser_session(auth_, headers, store::Consistency::eventual);
  // A user that signed in a moment ago may be ahead of an eventual read.
  if (!session) session = find_browser_session(auth_, headers);
  if (!session) return fail(revoked_token);
  if (!permission.empty() && !auth_.permissions.are_held(session->user.roles, permission)) {
    return fail(http::forbidden);
  }
  return std::make_shared<const http::Principal>(to_principal(*session));
}

Result<std::shared_ptr<const http::Principal>> CallerAuthenticator::check(std::string_view token,
                                                                          std::string_view permission, Time now) {
  // No JWT has the form of a service's token.
  const bool is_service = crypto::read_token(token).has_value();
  auto caller = is_service ? check_service_token(auth_.table, token, now) : auth_.access_tokens.check(token, now);
  if (!caller) return caller;
  if (auto refusal = auth_.permissions.token_refusal(**caller, permission)) return fail(std::move(*refusal));
  if (is_service) return caller;
  if (permission.empty()) return check_session(std::move(*caller), now);
  return check_account(**caller, permission);
}

Result<std::shared_ptr<const http::Principal>> CallerAuthenticator::check_session(
    std::shared_ptr<const http::Principal> caller, Time now) {
  if (live_sessions_.contains(caller->session_id, now)) return caller;
  if (get(auth_.table, blacklist_key(caller->session_id), store::Consistency::eventual)) return fail(revoked_token);
  live_sessions_.add(caller->session_id, now);
  return caller;
}

Result<std::shared_ptr<const http::Principal>> CallerAuthenticator::check_account(const http::Principal& caller,
                                                                                  std::string_view permission) {
  const store::Key keys[] = {blacklist_key(caller.session_id), user_key(caller.user_id)};
  const auto items = auth_.table.get(keys, store::Consistency::strong);
  if (items[0] || !items[1]) return fail(revoked_token);
  const auto user = to_user(*items[1]);
  if (user.disabled_at) return fail(revoked_token);
  const auto& client_id = caller.client_id;
  // What an administrator has taken from the client counts at once.
  if (!client_id.empty() && !(auth_.client_may_ask && auth_.client_may_ask(auth_.table, client_id, permission))) {
    return fail(revoked_token);
  }
  if (!auth_.permissions.are_held(user.roles, permission)) return fail(http::forbidden);
  auto current = caller;
  current.roles = user.roles;
  current.email = user.email;
  current.email_verified = user.email_verified_at.has_value();
  return std::make_shared<const http::Principal>(std::move(current));
}

}  // namespace voyages::auth
