#include "auth/oauth/logout/logout.h"

#include <boost/json.hpp>

#include "auth/browser_session.h"
#include "auth/oauth/authorize/authorization_response.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/clients/redirect_uri.h"
#include "auth/oauth/form.h"
#include "auth/oauth/logout/id_token_hint.h"
#include "auth/session.h"
#include "auth/session_end.h"
#include "base/json_members.h"
#include "base/strict_json.h"
#include "base/uuid.h"
#include "crypto/jose.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t max_query_bytes = 6 * 1024;  // of an address of ours, which proxies bound too
constexpr std::string_view signed_out_page = "/signed-out";

/// Who sent the browser here, as far as it can be believed.
struct Sender {
  std::string client_id;   // as good as said by anybody
  std::string user_id;     // whom an ID token of this client is about; empty: there is no proof
  std::string session_id;  // the client's, that the token was given in
};

/// Where the browser goes afterwards.
struct Destination {
  std::string uri;
  bool anybodys = false;  // of a client that registered itself
};

// The audience of an ID token, nothing of it believed.
std::string audience_of(std::string_view id_token) {
  const auto jws = crypto::parse_jws(id_token);
  if (!jws) return {};
  const auto claims = parse_strict_json(jws->payload);
  if (!claims || !claims->is_object()) return {};
  return std::string(text_or_empty(claims->get_object(), "aud"));
}

// §2: the client is named by `client_id`, by the ID token's audience, or by both alike. A token whose key is gone names
// it too, but proves nothing.
Result<Sender> read_sender(const Auth& auth, const Form& form, Time now) {
  const auto hint = form.find("id_token_hint");
  if (!hint) return Sender{std::string(form.get("client_id")), {}, {}};
  auto client_id = audience_of(*hint);
  if (client_id.empty() || form.find("client_id").value_or(client_id) != client_id)
    return fail(logout_error::invalid_request);
  const auto claims = read_id_token_hint(auth, *hint, client_id, now);
  if (!claims) return Sender{std::move(client_id), {}, {}};
  return Sender{std::move(client_id), std::string(text_or_empty(*claims, "sub")),
                std::string(text_or_empty(*claims, "sid"))};
}

// §2: an ID token of another browser's session, or an old one, is no reason to end this one unasked.
bool is_proven(Auth& auth, const Sender& sender, const BrowserSession& session) {
  if (sender.user_id != session.user.id || !is_uuid7(sender.session_id)) return false;
  // Clients such as mod_auth_openidc give their tokens back first, which ends their session (RP-Initiated Logout §2: a
  // recent one counts).
  const store::Key keys[] = {session_key(session.user.id, sender.session_id), blacklist_key(sender.session_id)};
  const auto items = auth.table.get(keys, store::Consistency::strong);
  if (items[0]) return to_ref(*items[0]).browser_id == session.id;
  return items[1] && items[1]->text("user_id") == session.user.id && items[1]->text("browser_id") == session.id;
}

// §3: where the browser goes afterwards: only where the client itself registered.
Result<Destination> destination(Auth& auth, const std::string& client_id, const std::string& redirect_uri,
                                const std::string& state) {
  if (state.size() > max_state_bytes) return fail(logout_error::invalid_request);
  if (redirect_uri.empty()) return Destination{std::string(signed_out_page)};
  const auto client = find_client(auth.table, client_id);
  if (!client || client->disabled_at) return fail(logout_error::unknown_client);
  if (!is_registered(redirect_uri, client->post_logout_redirect_uris)) return fail(logout_error::invalid_redirect_uri);
  Destination destination{redirect_uri, client->registered_by_itself};
  if (state.empty()) return destination;
  destination.uri += redirect_uri.find('?') == std::string::npos ? '?' : '&';
  destination.uri += form_encode({{"state", state}});
  return destination;
}

// With the client's wish, which is looked at again once the person has said yes.
http::Response ask(const Form& form, const std::string& client_id) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (!client_id.empty()) parameters.emplace_back("client_id", client_id);
  for (const auto* name : {"post_logout_redirect_uri", "state", "ui_locales"}) {
    if (const auto value = form.find(name)) parameters.emplace_back(name, *value);
  }
  return see_other(parameters.empty() ? "/sign-out" : "/sign-out?" + form_encode(parameters));
}

void end_browser_session(Auth& auth, const std::string& user_id, const std::string& session_id, Time now) {
  (void)end_sessions(auth, user_id, with_children(session_id), EndReason::logout, {}, now);
}

}  // namespace

http::Response start_logout(Auth& auth, const http::Request& request, http::Context& context) {
  const bool posted = request.method == http::Method::post;
  const auto form = posted ? Form::read_body(request) : Form::read_query(request);
  if (!form) return error_page(page_error::invalid_request);
  // A cookie with SameSite=Lax does not come along when another site posts a form: the browser comes again, with a GET.
  if (posted && !session_cookie(auth.options, request.headers)) {
    const auto query = form_encode(form->pairs());
    return query.size() > max_query_bytes ? error_page(page_error::invalid_request)
                                          : see_other("/oauth/logout?" + query);
  }
  const auto sender = read_sender(auth, *form, context.now);
  if (!sender) return error_page(sender.error().code);
  auto target = destination(auth, sender->client_id, std::string(form->get("post_logout_redirect_uri")),
                            std::string(form->get("state")));
  if (!target) return error_page(target.error().code);
  const auto session = find_browser_session(auth, request.headers);
  // RFC 9700 §4.11.2: anybody may register a client where that is open, and it sends nobody on whom it did not sign in.
  const bool at_once = session ? is_proven(auth, *sender, *session) : !target->anybodys;
  if (!at_once) return ask(*form, sender->client_id);
  if (session) end_browser_session(auth, session->user.id, session->id, context.now);
  auto response = see_other(std::move(target->uri));
  response.headers.add("Set-Cookie", no_session_cookie(auth.options));
  return response;
}

Result<ConfirmLogoutResponse> confirm_logout(Auth& auth, const ConfirmLogoutRequest& input, http::Context& context) {
  auto target = destination(auth, input.client_id.value_or(""), input.post_logout_redirect_uri.value_or(""),
                            input.state.value_or(""));
  if (!target) return fail(target.error());
  if (context.caller) end_browser_session(auth, context.caller->user_id, context.caller->session_id, context.now);
  context.response_headers.add("Set-Cookie", no_session_cookie(auth.options));
  return ConfirmLogoutResponse{std::move(target->uri)};
}

}  // namespace voyages::auth::oauth
