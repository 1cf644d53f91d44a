#include "auth/federation/callback.h"

#include <fmt/format.h>

#include "auth/federation/arrival.h"
#include "auth/federation/attempt.h"
#include "auth/federation/errors.h"
#include "auth/federation/redemption.h"
#include "base/escape.h"
#include "http/router.h"

namespace voyages::auth::federation {

namespace {

/// What the provider's answer says (RFC 6749 §4.1.2, RFC 9207 §2); other parameters are passed over.
struct Answer {
  std::optional<std::string> state{};
  std::optional<std::string> code{};
  std::optional<std::string> iss{};
  std::optional<std::string> error{};
};

// RFC 6749 §3.1: no parameter stands twice.
std::optional<Answer> read_answer(const http::Request& request) {
  const auto query = http::parse_query(request.raw_query());
  if (!query) return std::nullopt;
  Answer answer;
  for (const auto& [name, value] : *query) {
    auto* slot = name == "state"   ? &answer.state
                 : name == "code"  ? &answer.code
                 : name == "iss"   ? &answer.iss
                 : name == "error" ? &answer.error
                                   : nullptr;
    if (!slot) continue;
    if (*slot) return std::nullopt;
    *slot = value;
  }
  return answer;
}

http::Response redirect(std::string location) {
  // RFC 9700 §4.12: 303, so that nothing of this request goes on to the next.
  http::Response response{.status = 303};
  response.headers.add("Location", std::move(location));
  return response;
}

http::Response refuse(const std::optional<Attempt>& attempt, std::string_view code) {
  if (!attempt) return redirect(fmt::format("/login?error={}", code));
  if (attempt->links()) return redirect(fmt::format("/account?error={}", code));
  return redirect(fmt::format("/login?error={}&return_to={}", code, percent_encode(attempt->return_to)));
}

// RFC 9207 §2.4: who answers is who was asked. Throws `UpstreamFailed`.
void check_issuer(Federation& federation, const Provider& provider, const Answer& answer, Time now) {
  bool required = false;
  std::string expected;
  if (provider.kind == Kind::github) {
    expected = github_endpoints(provider).issuer;
  } else {
    const auto metadata = federation.directory.metadata(provider.issuer, now);
    expected = metadata->issuer;
    required = metadata->names_itself;
  }
  if (answer.iss ? *answer.iss != expected : required) {
    throw UpstreamFailed(answer.iss ? "the answer names another issuer" : "the answer names no issuer");
  }
}

Profile redeem(Federation& federation, const Provider& provider, const Attempt& attempt, std::string_view code,
               Time now) {
  const auto secret = open_secret(federation.auth.master_key, provider);
  const auto uri = redirect_uri(federation.auth.options.public_url, provider);
  const Redemption redemption{provider, secret, uri, code, attempt.code_verifier, attempt.nonce};
  return provider.kind == Kind::github ? redeem_github(federation.upstream, redemption)
                                       : redeem_openid(federation.upstream, federation.directory, redemption, now);
}

// Throws `UpstreamFailed`.
Result<void> arrive(Federation& federation, const Attempt& attempt, const Answer& answer, http::Context& context) {
  const auto provider = find_provider(federation.auth.table, attempt.provider_id);
  if (!provider) return fail(federation_failed);
  check_issuer(federation, *provider, answer, context.now);
  if (answer.error) return fail(*answer.error == "access_denied" ? federation_denied : federation_failed);
  if (!answer.code || answer.code->empty()) throw UpstreamFailed("the answer has no code");
  const auto profile = redeem(federation, *provider, attempt, *answer.code, context.now);
  if (attempt.links()) return link(federation, attempt, *provider, profile, context);
  return sign_in(federation, attempt, *provider, profile, context);
}

}  // namespace

http::Response finish_federation(Federation& federation, std::string_view provider_id, const http::Request& request,
                                 http::Context& context) {
  const auto answer = read_answer(request);
  const auto browser = find_browser(federation.auth.options, request.headers);
  std::optional<Attempt> attempt;
  if (answer && answer->state && browser) {
    attempt = open_attempt(federation.auth, *answer->state, browser->expose(), provider_id);
  }
  // Used up before anything is asked of the provider: an answer counts once, whatever comes of it.
  if (!attempt || !take_attempt(federation.auth.table, *attempt)) return refuse(std::nullopt, federation_failed.code);
  try {
    const auto arrived = arrive(federation, *attempt, *answer, context);
    return arrived ? redirect(attempt->return_to) : refuse(attempt, arrived.error().code);
  } catch (const UpstreamFailed& failure) {
    federation.auth.log.warn(
        "a sign-in provider failed",
        {{"request_id", context.request_id}, {"provider", provider_id}, {"reason", std::string_view(failure.what())}});
    return refuse(attempt, federation_failed.code);
  }
}

}  // namespace voyages::auth::federation
