#include "auth/oauth/authorize/authorization_request.h"

#include <algorithm>
#include <charconv>

#include "auth/oauth/clients/redirect_uri.h"
#include "auth/oauth/logout/id_token_hint.h"
#include "auth/oauth/scope.h"
#include "base/encoding.h"
#include "base/json_members.h"

namespace voyages::auth::oauth {

namespace {

// Anybody can have a request stored. This is how it is stored, form-encoded.
constexpr std::size_t max_request_bytes = 8 * 1024;
constexpr std::size_t max_scope_bytes = 1024;
constexpr std::size_t max_nonce_bytes = 512;
constexpr std::size_t max_hint_bytes = 512;
constexpr std::size_t sha256_bytes = 32;
// OpenID Connect Core §3.1.2.1, and `create` of Initiating User Registration.
constexpr std::string_view prompt_values[] = {"none", "login", "consent", "select_account", "create"};

std::unexpected<OAuthError> invalid(std::string description) {
  return refuse(error::invalid_request, std::move(description));
}

// A SHA-256 as base64url, in its one spelling.
bool is_digest(std::string_view text) {
  const auto bytes = from_base64url(text);
  return bytes && bytes->size() == sha256_bytes;
}

std::optional<OAuthError> refuse_kind(const Client& client, const Form& form) {
  const auto response_type = form.get("response_type");
  const auto response_mode = form.find("response_mode");
  // RFC 9101 and OpenID Connect Core §6: requests are pushed here (RFC 9126) rather than signed.
  if (form.find("request")) return OAuthError{error::request_not_supported, "Send parameters, or push them (PAR)."};
  // One that was pushed here has been replaced by what was pushed.
  if (form.find("request_uri")) return OAuthError{error::request_uri_not_supported, "Push the request here (PAR)."};
  if (form.find("registration")) return OAuthError{error::registration_not_supported, "Register the client first."};
  if (response_type.empty()) return OAuthError{error::invalid_request, "response_type is missing: send code."};
  // RFC 9700 §2.1.2: no token ever stands in a URL.
  if (response_type != "code") return OAuthError{error::unsupported_response_type, "The one response_type is code."};
  if (!client.may_use(grant_type::authorization_code)) {
    return OAuthError{error::unauthorized_client, "The client is not registered for the grant authorization_code."};
  }
  if (response_mode && *response_mode != "query" && *response_mode != "form_post") {
    return OAuthError{error::invalid_request, "response_mode is query or form_post."};
  }
  if (response_mode == "form_post" && origin_of(form.get("redirect_uri")).empty()) {
    return OAuthError{error::invalid_request, "A form can only be posted to http or https."};
  }
  return std::nullopt;
}

// RFC 9700 §2.1.1: a client without a secret must send one, every other may; never by `plain`, which anybody who sees
// the request can answer.
std::optional<OAuthError> refuse_challenge(const Client& client, const Form& form) {
  if (!form.find("code_challenge")) {
    if (!client.needs_pkce() && !form.find("code_challenge_method")) return std::nullopt;
    return OAuthError{error::invalid_request, "code_challenge is missing (PKCE)."};
  }
  if (form.get("code_challenge_method") != "S256") {
    return OAuthError{error::invalid_request, "code_challenge_method must be S256."};
  }
  if (!is_digest(form.get("code_challenge"))) {
    return OAuthError{error::invalid_request, "code_challenge is no SHA-256 as base64url."};
  }
  return std::nullopt;
}

std::optional<OAuthError> refuse_sizes(const Form& form) {
  const auto longer = [&](std::string_view name, std::size_t limit) { return form.get(name).size() > limit; };
  if (form_encode(form.pairs()).size() > max_request_bytes) {
    return OAuthError{error::invalid_request, "The parameters have more than 8 KB, form-encoded."};
  }
  if (longer("scope", max_scope_bytes)) return OAuthError{error::invalid_scope, "scope has more than 1024 bytes."};
  if (longer("state", max_state_bytes)) return OAuthError{error::invalid_request, "state has more than 4096 bytes."};
  if (longer("nonce", max_nonce_bytes)) return OAuthError{error::invalid_request, "nonce has more than 512 bytes."};
  if (longer("login_hint", max_hint_bytes) || longer("ui_locales", max_hint_bytes) ||
      longer("acr_values", max_hint_bytes)) {
    return OAuthError{error::invalid_request, "login_hint, ui_locales and acr_values have at most 512 bytes."};
  }
  if (const auto jkt = form.find("dpop_jkt"); jkt && !is_digest(*jkt)) {
    return OAuthError{error::invalid_request, "dpop_jkt is no JWK thumbprint by SHA-256."};
  }
  return std::nullopt;
}

OAuthResult<std::vector<std::string>> read_prompts(std::string_view text) {
  auto prompts = parse_scope(text);  // the same form: names with spaces between
  if (!prompts) return invalid("prompt is not a list of names.");
  for (const auto& prompt : *prompts) {
    if (std::ranges::find(prompt_values, prompt) == std::end(prompt_values)) {
      return invalid("prompt is one of none, login, consent, select_account and create.");
    }
  }
  if (prompts->size() > 1 && std::ranges::find(*prompts, "none") != prompts->end()) {
    return invalid("prompt=none stands alone.");
  }
  return prompts;
}

OAuthResult<std::optional<std::chrono::seconds>> read_max_age(const Form& form) {
  const auto text = form.find("max_age");
  if (!text) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (fault != std::errc() || end != text->data() + text->size()) return invalid("max_age is a number of seconds.");
  return std::chrono::seconds(seconds);
}

// Claims that the client may not ask for are left out, as scopes are.
OAuthResult<ClaimsRequest> read_claims(const Client& client, const Form& form) {
  const auto text = form.find("claims");
  if (!text) return ClaimsRequest();
  auto claims = parse_claims(*text);
  if (!claims) return claims;
  const auto not_for_client = [&](const std::string& claim) { return !client.may_ask_for(scope_of_claim(claim)); };
  std::erase_if(claims->id_token, not_for_client);
  std::erase_if(claims->userinfo, not_for_client);
  return claims;
}

// OpenID Connect Core §5.5: a client that asks for a single claim asks for the scope to which the claim belongs.
void add_scopes(std::string& scope, const ClaimsRequest& claims) {
  for (const auto* list : {&claims.id_token, &claims.userinfo}) {
    for (const auto& claim : *list) {
      const auto name = scope_of_claim(claim);
      if (!has_scope(scope, name)) scope.append(" ").append(name);
    }
  }
}

OAuthResult<std::string> read_subject(const Auth& auth, const Client& client, const Form& form,
                                      const ClaimsRequest& claims, bool silent, Time now) {
  const auto hint = form.find("id_token_hint");
  if (!hint) return claims.subject;
  const auto token = read_id_token_hint(auth, *hint, client.client_id, now);
  // Of a session that is older than our keys. It was a hint: the person can still tell who they are, where one is
  // asked. The same of what is no token at all: some clients send `undefined` or `null` when they have none.
  const bool says_nothing = !token && (!crypto::parse_jws(*hint) || is_of_unknown_key(auth, *hint, now));
  if (says_nothing && !silent) return claims.subject;
  if (!token) return invalid("id_token_hint is no ID token that was issued here to this client.");
  auto subject = std::string(text_or_empty(*token, "sub"));
  if (!claims.subject.empty() && claims.subject != subject) return invalid("id_token_hint and claims name two users.");
  return subject;
}

}  // namespace

std::optional<ReturnAddress> return_address(const Client& client, const Form& form) {
  const auto redirect_uri = form.get("redirect_uri");
  if (!is_registered(redirect_uri, client.redirect_uris)) return std::nullopt;
  return ReturnAddress{std::string(redirect_uri),
                       form.get("response_mode") == "form_post" && !origin_of(redirect_uri).empty(),
                       std::string(form.get("state"))};
}

bool AuthorizationRequest::asks(std::string_view prompt) const {
  return std::ranges::find(prompts, prompt) != prompts.end();
}

OAuthResult<AuthorizationRequest> read_authorization_request(const Auth& auth, const Client& client, const Form& form,
                                                             Time now) {
  for (const auto& refusal : {refuse_kind(client, form), refuse_challenge(client, form), refuse_sizes(form)}) {
    if (refusal) return std::unexpected(*refusal);
  }
  auto scope = scope_for(client, form.get("scope"));
  if (!scope) return std::unexpected(scope.error());
  auto resources = resources_for(client, form.all("resource"));
  if (!resources) return std::unexpected(resources.error());
  auto prompts = read_prompts(form.get("prompt"));
  if (!prompts) return std::unexpected(prompts.error());
  const auto max_age = read_max_age(form);
  if (!max_age) return std::unexpected(max_age.error());
  auto claims = read_claims(client, form);
  if (!claims) return std::unexpected(claims.error());
  add_scopes(*scope, *claims);
  const bool silent = std::ranges::find(*prompts, "none") != prompts->end();
  const bool opens_routes = auth.permissions.any_in(*scope);
  auto subject = read_subject(auth, client, form, *claims, silent, now);
  if (!subject) return std::unexpected(subject.error());
  return AuthorizationRequest{.scope = std::move(*scope),
                              .resources = std::move(*resources),
                              .code_challenge = std::string(form.get("code_challenge")),
                              .nonce = std::string(form.get("nonce")),
                              .dpop_jkt = std::string(form.get("dpop_jkt")),
                              .prompts = std::move(*prompts),
                              .max_age = *max_age,
                              .claims = std::move(*claims),
                              .subject = std::move(*subject),
                              .login_hint = std::string(form.get("login_hint")),
                              .ui_locales = std::string(form.get("ui_locales")),
                              .opens_routes = opens_routes};
}

}  // namespace voyages::auth::oauth
