#include "auth/oauth/userinfo.h"

#include <fmt/format.h>

#include "auth/oauth/claims.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"
#include "auth/oauth/scope.h"
#include "auth/oauth/token/dpop.h"
#include "auth/session.h"
#include "auth/user.h"
#include "base/encoding.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr std::string_view path = "/oauth/userinfo";

struct Credentials {
  bool by_dpop;
  std::string token;
};

// RFC 6750 §2.2.
OAuthResult<std::optional<Credentials>> read_form(const http::Request& request) {
  if (!request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  const auto form = Form::read_body(request);
  if (!form) return std::unexpected(form.error());
  const auto token = form->find("access_token");
  if (!token) return std::nullopt;
  if (request.headers.find("Authorization")) {
    return refuse(error::invalid_request, "Send the access token in Authorization or in the form, not in both.");
  }
  return Credentials{.by_dpop = false, .token = std::string(*token)};
}

std::optional<Credentials> read_authorization(const http::Headers& headers) {
  const auto field = headers.get("Authorization");
  const auto space = field.find(' ');
  if (headers.count("Authorization") != 1 || space == std::string_view::npos) return std::nullopt;
  // RFC 9110 §11.1: the scheme's name has no case.
  const auto scheme = field.substr(0, space);
  const bool by_dpop = equal_ignoring_case(scheme, "DPoP");
  if (!by_dpop && !equal_ignoring_case(scheme, "Bearer")) return std::nullopt;
  return Credentials{by_dpop, std::string(field.substr(space + 1))};
}

// RFC 6750 §3 and RFC 9449 §7.1: each scheme has a challenge of its own. The one that the caller used names the error,
// of which a caller without credentials hears nothing.
http::Response challenge(const OAuthError& error, const std::optional<Credentials>& used) {
  auto response = json_response({{"error", error.error}, {"error_description", error.description}}, error.status);
  const auto reason = fmt::format(R"(, error="{}", error_description="{}")", error.error, error.description);
  const bool by_dpop = used && used->by_dpop;
  response.headers.add("WWW-Authenticate",
                       fmt::format(R"(Bearer realm="voyages", scope="openid"{})", used && !by_dpop ? reason : ""));
  response.headers.add("WWW-Authenticate", fmt::format(R"(DPoP algs="{}"{})", dpop_algorithms, by_dpop ? reason : ""));
  return response;
}

std::unexpected<OAuthError> bad_token(std::string_view description) {
  return refuse(error::invalid_token, std::string(description), 401);
}

// RFC 9449 §7.1: a token that is bound to a key comes by that scheme alone, and with the proof.
OAuthResult<void> check_binding(Auth& auth, const http::Request& request, const Credentials& credentials,
                                const http::Principal& token, Time now) {
  if (credentials.by_dpop != !token.dpop_jkt.empty()) return bad_token("The token is for the other scheme.");
  if (!credentials.by_dpop) return {};
  const auto proof = read_dpop(auth, request, path, credentials.token, now);
  if (!proof) return refuse(proof.error().error, proof.error().description, 401);
  if (proof->thumbprint != token.dpop_jkt) {
    return refuse(error::invalid_dpop_proof, "The proof is missing, or of another key than the token's.", 401);
  }
  const auto used = spend_proof(auth, *proof, now);
  if (!used) return refuse(used.error().error, used.error().description, 401);
  return {};
}

OAuthResult<json::object> read_claims(Auth& auth, const http::Request& request, const Credentials& credentials,
                                      http::Context& context) {
  const auto token = auth.access_tokens.check(credentials.token, context.now);
  if (!token) return bad_token("The access token is not valid, or has expired.");
  const auto& principal = **token;
  if (const auto bound = check_binding(auth, request, credentials, principal, context.now); !bound) {
    return std::unexpected(bound.error());
  }
  if (!has_scope(principal.scope, scope::openid)) {
    return refuse(error::insufficient_scope, "The access token has no scope openid.", 403);
  }
  const store::Key keys[] = {blacklist_key(principal.session_id), user_key(principal.user_id),
                             client_key(principal.client_id)};
  auto items = auth.table.get(keys, store::Consistency::eventual);
  // An eventual read may miss a user or client that was added a moment ago.
  if (!items[1] || !items[2]) items = auth.table.get(keys, store::Consistency::strong);
  const bool ended = items[0] || !items[1] || !items[2] || to_client(*items[2]).disabled_at;
  if (ended) return bad_token("The session has ended.");
  const auto user = to_user(*items[1]);
  if (user.disabled_at) return bad_token("The session has ended.");
  context.caller = *token;
  return user_claims(user, principal.scope);
}

}  // namespace

http::Response answer_userinfo(Auth& auth, const http::Request& request, http::Context& context) {
  const auto in_form = read_form(request);
  if (!in_form) return challenge(in_form.error(), {});
  const auto credentials = *in_form ? *in_form : read_authorization(request.headers);
  if (!credentials) return challenge({error::invalid_token, "Send one access token in Authorization.", 401}, {});
  const auto claims = read_claims(auth, request, *credentials, context);
  if (!claims) return challenge(claims.error(), credentials);
  return json_response(*claims);
}

}  // namespace voyages::auth::oauth
