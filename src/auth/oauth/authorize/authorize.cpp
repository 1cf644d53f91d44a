#include "auth/oauth/authorize/authorize.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <optional>
#include <vector>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/authorize/authorization_response.h"
#include "auth/oauth/authorize/form_post.h"
#include "auth/oauth/authorize/visit.h"
#include "auth/request_limit.h"
#include "auth/session.h"
#include "base/escape.h"
#include "base/unavailable.h"
#include "base/utf8.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::chrono::minutes last_seen_steps{5};
constexpr std::size_t max_logged_uri_bytes = 512;
constexpr std::size_t max_logged_bytes = 2048;

http::Response refuse_on_page(Auth& auth, std::string_view code, std::string_view client_id,
                              const http::Context& context) {
  // The site's operator finds here why its sign-in fails.
  auth.log.info("authorization request refused",
                {{"request_id", context.request_id}, {"error", code}, {"client_id", client_id.substr(0, 64)}});
  return error_page(code);
}

// One letter may be what differs: the operator compares here what came with what is registered. The page shows neither,
// since anybody can send a browser to it.
http::Response refuse_redirect_uri(Auth& auth, const Visit& visit, const http::Context& context) {
  const auto came = to_one_line(visit.parameters().get("redirect_uri"), max_logged_uri_bytes);
  const auto registered = to_one_line(fmt::format("{}", fmt::join(visit.client.redirect_uris, " ")), max_logged_bytes);
  auth.log.info("authorization request refused", {{"request_id", context.request_id},
                                                  {"error", page_error::invalid_redirect_uri},
                                                  {"client_id", visit.client.client_id},
                                                  {"redirect_uri", came},
                                                  {"registered", registered}});
  return error_page(page_error::invalid_redirect_uri);
}

http::Response refuse_to_client(Auth& auth, const Visit& visit, const ReturnAddress& address, const OAuthError& error) {
  // This answer too uses the request up.
  if (visit.stored) {
    const store::Write used_up = store::Delete{stored_request_key(visit.stored->id)};
    (void)auth.table.write({&used_up, 1});  // without conditions it cannot be refused
  }
  return refuse_client(auth, address, error);
}

// What is wrong with the request itself. RFC 9700 §4.11.2: anybody may register a client where that is open, so a
// browser that is not signed in is not sent to such a client's address by a request that can only fail.
http::Response refuse_request(Auth& auth, const Visit& visit, const ReturnAddress& address, const OAuthError& error,
                              const http::Context& context) {
  if (visit.client.registered_by_itself && !visit.session) {
    return refuse_on_page(auth, page_error::invalid_request, visit.client.client_id, context);
  }
  return refuse_to_client(auth, visit, address, error);
}

// Anybody may come here, signed in or not, and the table must not grow at their will.
bool may_keep(Auth& auth, const Visit& visit, const http::Context& context) {
  if (visit.stored) return true;
  if (!visit.session) return count_request(auth, limited::authorization, context, stored_limit).has_value();
  const auto limit = auth.options.sign_up_limit * stored_limit;
  return count_request_of(auth, limited::authorization, visit.session->user.id, limit, context.now).has_value();
}

OAuthError too_many_kept() {
  return {error::temporarily_unavailable, "Too many sign-ins were begun here. Come again in an hour."};
}

// Keeps the request while a person acts, unless it is kept already. Returns the query that leads back to it, or nullopt
// if the request has just been used up.
std::optional<std::string> keep(Auth& auth, const Visit& visit, const AuthorizationRequest& request,
                                std::optional<Time> asked_at, Time now) {
  const auto& client_id = visit.client.client_id;
  if (!visit.stored) {
    auto stored = new_stored_request(client_id, visit.form, request.scope, asked_at, now);
    const store::Write put = std::move(stored.put);
    (void)auth.table.write({&put, 1});  // without conditions it cannot be refused
    return request_query(client_id, stored.request_uri);
  }
  if (asked_at && !visit.stored->asked_at) {
    const store::Write asked = mark_asked(visit.stored->id, now);
    if (!auth.table.write({&asked, 1})) return std::nullopt;
  }
  return request_query(client_id, visit.form.get("request_uri"));
}

std::string page_for(Step step, const AuthorizationRequest& request, const std::string& query) {
  const auto locales = request.ui_locales.empty() ? "" : "&ui_locales=" + percent_encode(request.ui_locales);
  if (step == Step::ask_consent) return "/consent?" + query + locales;
  const auto hint = request.login_hint.empty() ? "" : "&login_hint=" + percent_encode(request.login_hint);
  return (request.asks("create") ? "/register?return_to=" : "/login?return_to=") +
         percent_encode("/oauth/authorize?" + query) + hint + locales;
}

NewCode make_code(const Visit& visit, const ReturnAddress& address, const AuthorizationRequest& request, Time now) {
  const auto& session = *visit.session;
  return new_code({.client_id = visit.client.client_id,
                   .user_id = session.user.id,
                   .session_id = session.id,
                   .session_ends_at = session.ends_at,
                   .redirect_uri = address.redirect_uri,
                   .code_challenge = request.code_challenge,
                   .scope = request.scope,
                   .resources = request.resources,
                   .nonce = request.nonce,
                   .dpop_jkt = request.dpop_jkt,
                   .id_token_claims = request.claims.id_token,
                   .auth_time = session.auth_time,
                   .amr = session.amr},
                  now);
}

// Returns nullopt if the request was used up or the session ended at this very moment.
std::optional<http::Response> answer_with_code(Auth& auth, const Visit& visit, const ReturnAddress& address,
                                               const AuthorizationRequest& request, Time now) {
  auto code = make_code(visit, address, request, now);
  std::vector<store::Write> writes{std::move(code.put)};
  if (visit.stored) writes.emplace_back(store::Delete{stored_request_key(visit.stored->id), {store::item_exists()}});
  const auto& session = *visit.session;
  if (now >= session.last_seen_at + last_seen_steps) {
    writes.emplace_back(store::Update{.key = session_key(session.user.id, session.id),
                                      .set = {{"last_seen_at", to_ms(now)}},
                                      .conditions = {store::item_exists()}});
  }
  if (!auth.table.write(writes)) return std::nullopt;
  return answer_client(auth, address, {{"code", std::string(code.text.expose())}});
}

// A cookie with SameSite=Lax does not come along when another site posts a form: the browser comes again, with a GET.
http::Response come_again(Auth& auth, const Visit& visit, const AuthorizationRequest& request, Time now) {
  const auto query = keep(auth, visit, request, std::nullopt, now);
  return see_other("/oauth/authorize?" + query.value_or(""));
}

// Returns nullopt if what was read has changed meanwhile.
std::optional<http::Response> serve(Auth& auth, const http::Request& http_request, const Visit& visit,
                                    const ReturnAddress& address, const http::Context& context) {
  if (visit.client.require_pushed_authorization_requests && !visit.stored) {
    return refuse_request(auth, visit, address, {error::invalid_request, "The client has to push its requests."},
                          context);
  }
  const auto request = visit.read_request(auth, context.now);
  if (!request) return refuse_request(auth, visit, address, request.error(), context);
  if (http_request.method == http::Method::post && !session_cookie(auth.options, http_request.headers)) {
    if (!may_keep(auth, visit, context)) return refuse_request(auth, visit, address, too_many_kept(), context);
    return come_again(auth, visit, *request, context.now);
  }
  const auto step = next_step(visit, *request, context.now);
  if (!step) return refuse_to_client(auth, visit, address, step.error());
  if (*step == Step::answer) return answer_with_code(auth, visit, address, *request, context.now);
  if (!may_keep(auth, visit, context)) return refuse_request(auth, visit, address, too_many_kept(), context);
  const auto query = keep(auth, visit, *request, context.now, context.now);
  if (!query) return std::nullopt;
  return see_other(page_for(*step, *request, *query));
}

// RFC 6749 §4.1.2.1: the browser follows redirects, so its client is told what other callers learn by 500 and 503.
http::Response fail_to_client(Auth& auth, const ReturnAddress& address, std::string_view code,
                              const std::exception& exception, const http::Context& context) {
  auth.log.error("authorization request failed",
                 {{"request_id", context.request_id}, {"error", code}, {"reason", exception.what()}});
  return refuse_client(auth, address, {code, "Something failed here. Try again."});
}

// Returns nullopt if what was read has changed meanwhile.
std::optional<http::Response> try_to_authorize(Auth& auth, const http::Request& request, const Form& form,
                                               const http::Context& context) {
  const auto visit = read_visit(auth, request.headers, form);
  if (!visit) return refuse_on_page(auth, visit.error(), form.get("client_id"), context);
  auto address = return_address(visit->client, visit->parameters());
  if (!address) return refuse_redirect_uri(auth, *visit, context);
  if (address->form_post) {
    address->page_language =
        page_language(visit->parameters().get("ui_locales"), request.headers.get("Accept-Language"));
  }
  try {
    return serve(auth, request, *visit, *address, context);
  } catch (const Unavailable& exception) {
    return fail_to_client(auth, *address, error::temporarily_unavailable, exception, context);
  } catch (const std::exception& exception) {
    return fail_to_client(auth, *address, error::server_error, exception, context);
  }
}

}  // namespace

http::Response authorize(Auth& auth, const http::Request& request, http::Context& context) {
  const bool posted = request.method == http::Method::post;
  const auto form = posted ? Form::read_body(request) : Form::read_query(request);
  if (!form) return refuse_on_page(auth, page_error::invalid_request, {}, context);
  if (auto response = try_to_authorize(auth, request, *form, context)) return std::move(*response);
  // Read anew, the session or the stored request is gone, and that has an answer.
  if (auto response = try_to_authorize(auth, request, *form, context)) return std::move(*response);
  return refuse_on_page(auth, page_error::invalid_request_uri, form->get("client_id"), context);
}

}  // namespace voyages::auth::oauth
