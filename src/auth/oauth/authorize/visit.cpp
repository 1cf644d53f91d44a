#include "auth/oauth/authorize/visit.h"

#include <algorithm>
#include <vector>

#include "auth/oauth/authorize/authorization_response.h"
#include "auth/oauth/token/id_token.h"
#include "auth/session.h"

namespace voyages::auth::oauth {

namespace {

// A person who has just signed in for a request may return to it even with `max_age=0`, unless they then took longer
// than this, over the consent for instance.
constexpr std::chrono::seconds way_back = std::chrono::minutes(1);

// OpenID Connect Core §3.1.2.3: when the person must show anew who they are.
bool must_sign_in(const Visit& visit, const AuthorizationRequest& request, Time now) {
  if (!visit.session) return true;
  const auto max_age = visit.is_fresh() && request.max_age ? std::max(*request.max_age, way_back) : request.max_age;
  if (max_age && now - visit.session->auth_time >= *max_age) return true;
  if (visit.is_fresh()) return false;
  if (request.asks("login")) return true;
  // By signing in, the person has chosen the account.
  if (visit.has_signed_in()) return false;
  const bool somebody_else = !request.subject.empty() && request.subject != visit.session->user.id;
  return request.asks("select_account") || request.asks("create") || somebody_else;
}

// RFC 8252 §8.6, RFC 6749 §10.2: any program of a device may claim a scheme or a port there, so what was allowed to one
// is not given to another without a word.
bool proves_itself(const Visit& visit) {
  const auto uri = visit.parameters().get("redirect_uri");
  // `localhost` by name is where sites are developed; programs use the addresses (RFC 8252 §8.3).
  return !visit.client.is_public() || uri.starts_with("https://") || uri.starts_with("http://localhost");
}

bool must_consent(const Visit& visit, const AuthorizationRequest& request) {
  if (visit.decision() == false) return false;
  const bool covered = visit.consent && covers(*visit.consent, request.scope, request.resources);
  const bool is_trusted = visit.client.first_party && !request.opens_routes;
  if (!is_trusted && !covered) return true;
  return !visit.decision() && (request.asks("consent") || !proves_itself(visit));
}

}  // namespace

OAuthResult<AuthorizationRequest> Visit::read_request(const Auth& auth, Time now) const {
  return stored ? read_stored_request(auth, client, *stored, now) : read_authorization_request(auth, client, form, now);
}

bool Visit::is_fresh() const { return session && stored && stored->asked_at && session->auth_time > *stored->asked_at; }

bool Visit::has_signed_in() const {
  return session && stored && stored->asked_at && session->signed_in_at > *stored->asked_at;
}

std::optional<bool> Visit::decision() const {
  if (!session || !stored || stored->decided_in != session->id) return std::nullopt;
  return stored->allowed;
}

std::expected<Visit, std::string_view> read_visit(Auth& auth, const http::Headers& headers, Form form) {
  const auto client_id = form.get("client_id");
  if (client_id.empty()) return std::unexpected(page_error::invalid_request);
  if (!is_client_id(client_id)) return std::unexpected(page_error::unknown_client);
  const auto request_uri = form.find("request_uri");
  const auto token = read_request_uri(request_uri.value_or(""));
  if (request_uri && !token && is_pushed_request_uri(*request_uri)) {
    return std::unexpected(page_error::invalid_request_uri);
  }

  const auto cookie = session_cookie(auth.options, headers);
  std::vector<store::Key> keys{client_key(client_id)};
  if (token) keys.push_back(stored_request_key(token->id));
  const auto of_user = keys.size();
  if (cookie) {
    keys.push_back(session_key(cookie->user_id, cookie->session_id));
    keys.push_back(user_key(cookie->user_id));
    keys.push_back(consent_key(cookie->user_id, client_id));
  }
  const auto items = auth.table.get(keys, store::Consistency::strong);

  if (!items[0]) return std::unexpected(page_error::unknown_client);
  Visit visit{.form = {}, .client = to_client(*items[0])};
  if (visit.client.disabled_at) return std::unexpected(page_error::unknown_client);
  if (token) visit.stored = to_stored_request(*token, items[1], client_id);
  if (token && !visit.stored) return std::unexpected(page_error::invalid_request_uri);
  if (cookie) visit.session = to_browser_session(*cookie, items[of_user], items[of_user + 1]);
  if (visit.session && items[of_user + 2]) visit.consent = to_consent(*items[of_user + 2]);
  visit.form = std::move(form);
  return visit;
}

OAuthResult<Step> next_step(const Visit& visit, const AuthorizationRequest& request, Time now) {
  const bool silent = request.asks("none");
  if (must_sign_in(visit, request, now)) {
    if (silent) return refuse(error::login_required, "The person has to sign in.");
    // §3.1.2.1: who cannot be made to prove anew who they are. Once more would come to the same.
    if (visit.has_signed_in() && visit.session->asked_in_vain) {
      return refuse(error::login_required, "The provider that the person signs in with did not ask them anew.");
    }
    return Step::sign_in;
  }
  // They have signed in as somebody else than the one asked for.
  if (!request.subject.empty() && request.subject != visit.session->user.id) {
    return refuse(error::login_required, "Another user is signed in.");
  }
  // OpenID Connect Core §5.5.1.1.
  const auto& acr = request.claims.essential_acr;
  if (!acr.empty() && std::ranges::find(acr, acr_of(visit.session->amr)) == acr.end()) {
    return refuse(error::unmet_authentication_requirements, "The person cannot sign in in a way that acr asks for.");
  }
  if (must_consent(visit, request)) {
    if (silent) return refuse(error::consent_required, "The person has to be asked for consent.");
    return Step::ask_consent;
  }
  if (visit.decision() == false) return refuse(error::access_denied, "The person did not allow it.");
  return Step::answer;
}

}  // namespace voyages::auth::oauth
