#include <algorithm>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/logout/client_session.h"
#include "auth/oauth/token/grants.h"
#include "auth/session_end.h"
#include "base/encoding.h"
#include "base/escape.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

// How long a used code is known again, so that its second use ends what the first one gave.
constexpr std::chrono::seconds used_code_kept = std::chrono::hours(1);

std::unexpected<OAuthError> bad_code() {
  return refuse(error::invalid_grant, "The code is not valid, has expired, was used, or is not for this request.");
}

// RFC 7636 §4.1 and §4.6, S256. A verifier without a challenge is as wrong as the other way round: somebody took the
// challenge out of the request (RFC 9700 §2.1.1 and §4.8.2).
bool is_verified(const Client& client, std::optional<std::string_view> verifier, std::string_view challenge) {
  if (challenge.empty()) return !verifier && !client.needs_pkce();
  return verifier && verifier->size() >= 43 && verifier->size() <= 128 &&
         std::ranges::all_of(*verifier, is_unreserved) &&
         equal_in_constant_time(to_base64url(crypto::sha256(*verifier)), challenge);
}

bool is_for(const AuthorizationCode& code, const TokenRequest& request) {
  const auto& form = request.form;
  return code.client_id == request.client.client_id && code.redirect_uri == form.get("redirect_uri") &&
         is_verified(request.client, form.find("code_verifier"), code.code_challenge) &&
         // RFC 9449 §10: the code was asked for with a key.
         (code.dpop_jkt.empty() || code.dpop_jkt == request.proof.thumbprint);
}

// With the session that it gave, if it gave one.
store::Write mark_code_used(const store::Key& code, const std::string& session_id, Time now) {
  store::Update update{.key = code,
                       .set = {{"used_at", to_ms(now)}},
                       .expires_at = now + used_code_kept,
                       .conditions = {store::item_exists(), store::absent("used_at")}};
  if (!session_id.empty()) update.set["given_session_id"] = session_id;
  return update;
}

bool is_used(const store::Item& code) { return code.find<std::int64_t>("used_at") != nullptr; }

// A code was used twice, so one of its two users stole it.
void end_what_it_gave(Auth& auth, const store::Item& code, Time now) {
  const auto session_id = code.text("given_session_id");
  if (session_id.empty()) return;
  (void)end_sessions(auth, code.text("user_id"), with_children(session_id), EndReason::revoked, {}, now);
}

}  // namespace

OAuthResult<json::object> grant_by_code(Auth& auth, const TokenRequest& request) {
  const auto& form = request.form;
  for (const std::string_view name : {"code", "redirect_uri"}) {
    if (!form.find(name)) return refuse(error::invalid_request, std::string(name) + " is missing.");
  }
  const auto now = request.context.now;
  const auto item = find_code(auth.table, form.get("code"));
  if (!item) return bad_code();
  if (is_used(*item)) {
    // Another client, which may have found the code in a log, ends nobody's session by it.
    if (item->text("client_id") == request.client.client_id) end_what_it_gave(auth, *item, now);
    return bad_code();
  }
  const auto code = to_code(*item);
  if (!code.code_challenge.empty() && code.client_id == request.client.client_id && !form.find("code_verifier")) {
    return refuse(error::invalid_request, "code_verifier is missing.");
  }
  if (!is_for(code, request)) {
    const auto write = mark_code_used(item->key, "", now);
    (void)auth.table.write({&write, 1});  // refused when it was used this very moment
    return bad_code();
  }
  auto resources = narrow_resources(request.client, form, code.resources);
  if (!resources) return std::unexpected(resources.error());
  if (const auto used = spend_proof(auth, request.proof, now); !used) return std::unexpected(used.error());

  const Approval approval{.approved_at = code.made_at,
                          .user_id = code.user_id,
                          .session_id = code.session_id,
                          .session_ends_at = code.session_ends_at,
                          .scope = code.scope,
                          .resources = code.resources,
                          .auth_time = code.auth_time,
                          .amr = code.amr,
                          .id_token_claims = code.id_token_claims};
  auto begun = begin_approved_session(auth, request, approval, [&](const std::string& session_id) {
    return mark_code_used(item->key, session_id, now);
  });
  if (!begun) {
    const auto used = begun.error() == NotBegun::used ? find_code(auth.table, form.get("code")) : std::nullopt;
    if (used) end_what_it_gave(auth, *used, now);
    return bad_code();
  }
  begun->nonce = code.nonce;
  begun->resources = std::move(*resources);
  return answer_tokens(auth, request, *begun);
}

}  // namespace voyages::auth::oauth
