#include "auth/federation/start.h"

#include <fmt/format.h>

#include "auth/errors.h"
#include "auth/federation/attempt.h"
#include "auth/federation/errors.h"
#include "auth/federation/redemption.h"
#include "auth/oauth/authorize/stored_request.h"
#include "auth/request_limit.h"
#include "auth/session.h"
#include "auth/user.h"
#include "base/encoding.h"
#include "base/escape.h"
#include "crypto/token.h"

namespace voyages::auth::federation {

namespace {

std::string random_text() { return to_base64url(crypto::random_bytes(32)); }

// Throws `UpstreamFailed`.
Endpoint authorization_endpoint(Federation& federation, const Provider& provider, Time now) {
  if (provider.kind == Kind::github) return github_endpoints(provider).authorization;
  return federation.directory.metadata(provider.issuer, now)->authorization_endpoint;
}

// RFC 6749 §4.1.1 and RFC 7636 §4.3, with the nonce of OpenID Connect Core §3.1.2.1.
std::string authorization_url(const Endpoint& endpoint, const Provider& provider, const std::string& public_url,
                              const NewAttempt& made) {
  const bool is_openid = provider.kind == Kind::openid;
  std::string url = endpoint.url;
  url += url.find('?') == std::string::npos ? '?' : '&';  // §3.1: what it has is kept
  url += "response_type=code&client_id=" + percent_encode(provider.client_id);
  url += "&redirect_uri=" + percent_encode(redirect_uri(public_url, provider));
  url += is_openid ? "&scope=openid%20email%20profile" : "&scope=read%3Auser%20user%3Aemail";
  url += "&state=" + percent_encode(made.state.expose());
  url += "&code_challenge=" + code_challenge(made.attempt.code_verifier) + "&code_challenge_method=S256";
  if (is_openid) url += "&nonce=" + made.attempt.nonce;
  if (made.attempt.asks_anew) url += "&prompt=login";
  return url;
}

// How fresh a sign-in must be for linking. The password is not asked for: users of a provider have none.
constexpr std::chrono::minutes fresh{10};

// Only a user with a verified address may link: otherwise an intruder could make an account with somebody else's
// address, link an identity, and keep that door after its owner arrives. And only after a fresh sign-in: otherwise a
// stranger at a browser that was left signed in could link an identity and take the account over.
Result<void> check_linker(const Auth& auth, const http::Context& context) {
  if (!context.caller) return fail(http::unauthenticated);
  const auto& caller = *context.caller;
  const store::Key keys[] = {user_key(caller.user_id), session_key(caller.user_id, caller.session_id)};
  const auto items = auth.table.get(keys, store::Consistency::strong);
  if (!items[0] || !items[1]) return fail(http::unauthenticated);
  if (!to_user(*items[0]).email_verified_at) return fail(email_not_verified);
  if (auth_time_of(*items[1]) + fresh < context.now) return fail(fresh_sign_in_needed);
  return {};
}

}  // namespace

Result<StartResponse> start_federation(Federation& federation, const StartRequest& input, const Browser& browser,
                                       http::Context& context) {
  auto& auth = federation.auth;
  const auto provider = find_provider(auth.table, input.provider.text());
  if (!provider) return fail(provider_not_found);
  const bool links = input.link.value_or(false);
  if (links) {
    if (const auto allowed = check_linker(auth, context); !allowed) return fail(allowed.error());
  }
  // People who have accounts come this way as well, many of them from one office.
  const auto counted = count_request(auth, limited::federation, context, 10);
  if (!counted) return fail(counted.error());
  try {
    const auto endpoint = authorization_endpoint(federation, *provider, context.now);
    Attempt attempt{.provider_id = provider->id,
                    .nonce = random_text(),
                    .code_verifier = Secret(random_text()),
                    .return_to = safe_return_path(input.return_to.value_or("/account"))};
    if (links) {
      attempt.linking_user_id = context.caller->user_id;
      attempt.linking_session_id = context.caller->session_id;
    } else if (provider->kind == Kind::openid) {
      // OpenID Connect Core §3.1.2.1: who is signed in there already is asked all the same.
      attempt.asks_anew = browser.signed_in || oauth::wants_proof(auth.table, attempt.return_to);
    }
    const auto made = new_attempt(auth, std::move(attempt), browser.secret, context.now);
    const store::Write write = made.put;
    (void)auth.table.write({&write, 1});  // without conditions it cannot be refused
    return StartResponse{authorization_url(endpoint, *provider, auth.options.public_url, made)};
  } catch (const UpstreamFailed& failure) {
    federation.auth.log.warn(
        "a sign-in provider failed",
        {{"request_id", context.request_id}, {"provider", provider->id}, {"reason", std::string_view(failure.what())}});
    return fail(federation_failed);
  }
}

}  // namespace voyages::auth::federation
