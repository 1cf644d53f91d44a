#include "auth/federation/attempt.h"

#include <algorithm>

#include "auth/browser_session.h"
#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "base/encoding.h"
#include "crypto/token.h"

namespace voyages::auth::federation {

namespace {

constexpr std::string_view sort_key = table_keys::federation;
constexpr std::string_view cookie_name = "voyages_federation";
constexpr std::string_view seal_purpose = "auth.federation.code_verifier";
constexpr std::size_t browser_secret_bytes = 32;
constexpr std::size_t max_return_path_bytes = 4096;

}  // namespace

NewAttempt new_attempt(const Auth& auth, Attempt attempt, const Secret& browser, Time now) {
  auto token = crypto::new_token(now);
  attempt.id = token.id;
  store::Put put{{{store::key_part(table_keys::token, token.id), std::string(sort_key)},
                  {{"secret_hash", store::Bytes{token.secret_hash}},
                   {"browser_hash", store::Bytes{crypto::sha256(browser.expose())}},
                   {"provider_id", attempt.provider_id},
                   {"nonce", attempt.nonce},
                   {"code_verifier", store::Bytes{auth.master_key.seal(attempt.code_verifier, seal_purpose)}},
                   {"return_to", attempt.return_to},
                   {"linking_user_id", attempt.linking_user_id},
                   {"linking_session_id", attempt.linking_session_id},
                   {"asks_anew", attempt.asks_anew}},
                  std::nullopt,
                  now + attempt_ttl}};
  return {std::move(attempt), std::move(token.text), std::move(put)};
}

std::optional<Attempt> open_attempt(const Auth& auth, std::string_view state, std::string_view browser,
                                    std::string_view provider_id) {
  const auto item = find_stored_token(auth.table, state, sort_key);
  if (!item || item->text("provider_id") != provider_id) return std::nullopt;
  const auto* expected = item->find<store::Bytes>("browser_hash");
  if (!expected || !equal_in_constant_time(expected->value, crypto::sha256(browser))) return std::nullopt;
  const auto* sealed = item->find<store::Bytes>("code_verifier");
  auto verifier = sealed ? auth.master_key.open(sealed->value, seal_purpose) : std::nullopt;
  if (!verifier) return std::nullopt;  // begun under another master key
  return Attempt{.id = std::string(token_id_of(*item)),
                 .provider_id = std::string(provider_id),
                 .nonce = std::string(item->text("nonce")),
                 .code_verifier = std::move(*verifier),
                 .return_to = std::string(item->text("return_to")),
                 .linking_user_id = std::string(item->text("linking_user_id")),
                 .linking_session_id = std::string(item->text("linking_session_id")),
                 .asks_anew = item->flag("asks_anew")};
}

bool take_attempt(store::Table& table, const Attempt& attempt) {
  const store::Write write =
      store::Delete{{store::key_part(table_keys::token, attempt.id), std::string(sort_key)}, {store::item_exists()}};
  return table.write({&write, 1}).has_value();
}

std::optional<Secret> find_browser(const AuthOptions& options, const http::Headers& headers) {
  const auto value = read_cookie(options, headers, cookie_name);
  const auto bytes = value ? from_base64url(*value) : std::nullopt;
  if (!bytes || bytes->size() != browser_secret_bytes) return std::nullopt;
  return Secret(std::string_view(*value));
}

Secret new_browser() { return Secret(to_base64url(crypto::random_bytes(browser_secret_bytes))); }

std::string browser_cookie(const AuthOptions& options, const Secret& browser) {
  return make_cookie(options, cookie_name, browser.expose(), attempt_ttl);
}

std::string code_challenge(const Secret& code_verifier) { return to_base64url(crypto::sha256(code_verifier.expose())); }

std::string safe_return_path(std::string_view wanted) {
  const bool is_path = wanted.starts_with('/') && !wanted.starts_with("//") && wanted.size() <= max_return_path_bytes;
  // A browser takes a backslash for a slash, and drops tabs and line breaks before it looks.
  const bool is_plain = std::ranges::all_of(wanted, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  return is_path && is_plain ? std::string(wanted) : "/account";
}

}  // namespace voyages::auth::federation
