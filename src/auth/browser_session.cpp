#include "auth/browser_session.h"

#include <fmt/format.h>

#include "auth/session.h"
#include "auth/session_end.h"
#include "auth/session_limit.h"
#include "auth/sign_in.h"
#include "base/uuid.h"
#include "crypto/token.h"
#include "http/cookies.h"

namespace voyages::auth {

namespace {

constexpr std::string_view cookie_name = "voyages_session";

std::string full_name(const AuthOptions& options, std::string_view name) {
  return (behind_tls(options) ? "__Host-" : "") + std::string(name);
}

// Whether the request came with the cookie of a session that is alive.
bool is_in_browser(const http::Context& context) { return context.caller && context.caller->by_cookie; }

}  // namespace

bool behind_tls(const AuthOptions& options) { return options.public_url.starts_with("https:"); }

std::string make_cookie(const AuthOptions& options, std::string_view name, std::string_view value,
                        std::chrono::seconds max_age) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", full_name(options, name), value,
                     max_age.count(), behind_tls(options) ? "; Secure" : "");
}

std::optional<std::string> read_cookie(const AuthOptions& options, const http::Headers& headers,
                                       std::string_view name) {
  return http::find_cookie(headers, full_name(options, name));
}

NewBrowserSession prepare_browser_session(const Auth& auth, const User& user, SignInProof proof,
                                          const http::Context& context) {
  const auto token = crypto::new_token(context.now);
  const auto ends_at = context.now + auth.options.session_ttl;
  const bool renews = is_in_browser(context) && context.caller->user_id == user.id;
  const auto id = renews ? context.caller->session_id : token.id;
  store::Attributes attributes{{"user_agent", context.user_agent},    {"ip", context.client_ip},
                               {"last_seen_at", to_ms(context.now)},  {"cookie_hash", store::Bytes{token.secret_hash}},
                               {"auth_time", to_ms(proof.auth_time)}, {"amr", std::move(proof.amr)},
                               {"signed_in_at", to_ms(context.now)},  {"asked_in_vain", proof.asked_in_vain}};
  std::vector<store::Write> writes;
  if (renews) {
    writes.emplace_back(store::Update{.key = session_key(user.id, id),
                                      .set = std::move(attributes),
                                      .expires_at = ends_at,
                                      .conditions = {store::item_exists()}});
  } else {
    attributes["created_at"] = to_ms(context.now);
    attributes["version"] = std::int64_t{0};
    writes.emplace_back(store::Put{{session_key(user.id, id), std::move(attributes), std::nullopt, ends_at}});
  }
  // The token's secret under the session's id.
  const auto secret = token.text.expose().substr(token.id.size());
  return {
      id, std::move(writes),
      make_cookie(auth.options, cookie_name, fmt::format("{}.{}{}", user.id, id, secret), auth.options.session_ttl)};
}

bool begin_browser_session(Auth& auth, ProvenUser proven, SignInProof proof, http::Context& context) {
  const auto user_id = proven.user.id;
  auto session = prepare_browser_session(auth, proven.user, std::move(proof), context);
  if (!begin_proven_session(auth, std::move(proven), std::move(session.writes), context.now)) return false;
  note_new_session(auth, user_id);
  if (is_in_browser(context) && context.caller->user_id != user_id) {
    (void)end_sessions(auth, context.caller->user_id, with_children(context.caller->session_id), EndReason::logout, {},
                       context.now);
  }
  context.response_headers.add("Set-Cookie", std::move(session.set_cookie));
  return true;
}

std::string no_session_cookie(const AuthOptions& options) {
  return make_cookie(options, cookie_name, "", std::chrono::seconds(0));
}

std::optional<SessionCookie> session_cookie(const AuthOptions& options, const http::Headers& headers) {
  const auto value = read_cookie(options, headers, cookie_name);
  if (!value) return std::nullopt;
  const auto dot = value->find('.');
  if (dot == std::string::npos) return std::nullopt;
  auto user_id = value->substr(0, dot);
  auto token = crypto::read_token(std::string_view(*value).substr(dot + 1));
  if (!is_uuid7(user_id) || !token) return std::nullopt;
  return SessionCookie{std::move(user_id), std::move(token->id), std::move(token->secret_hash)};
}

std::optional<BrowserSession> to_browser_session(const SessionCookie& cookie, const std::optional<store::Item>& session,
                                                 const std::optional<store::Item>& user) {
  if (!session || !user) return std::nullopt;
  const auto* expected = session->find<store::Bytes>("cookie_hash");
  if (!expected || !equal_in_constant_time(expected->value, cookie.secret_hash)) return std::nullopt;
  auto account = to_user(*user);
  if (account.disabled_at) return std::nullopt;
  return BrowserSession{.id = cookie.session_id,
                        .user = std::move(account),
                        .auth_time = from_ms(session->number("auth_time")),
                        .amr = session->list("amr"),
                        .signed_in_at = from_ms(session->number("signed_in_at")),
                        .asked_in_vain = session->flag("asked_in_vain"),
                        .last_seen_at = from_ms(session->number("last_seen_at")),
                        .ends_at = session->expires_at.value_or(Time{})};
}

std::optional<BrowserSession> find_browser_session(Auth& auth, const http::Headers& headers,
                                                   store::Consistency consistency) {
  const auto cookie = session_cookie(auth.options, headers);
  if (!cookie) return std::nullopt;
  const store::Key keys[] = {session_key(cookie->user_id, cookie->session_id), user_key(cookie->user_id)};
  const auto items = auth.table.get(keys, consistency);
  return to_browser_session(*cookie, items[0], items[1]);
}

Result<BrowserSignIn> sign_browser_in(Auth& auth, const LoginRequest& input, http::Context& context) {
  auto proven = prove_by_password(auth, input.email, input.password, context);
  if (!proven) return fail(proven.error());
  auto user = view(proven->user);
  if (!begin_browser_session(auth, std::move(*proven), {.amr = {"pwd"}, .auth_time = context.now}, context)) {
    return fail(invalid_credentials);  // the account was changed this very moment
  }
  return BrowserSignIn{std::move(user)};
}

}  // namespace voyages::auth
