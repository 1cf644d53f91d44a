#include "auth/oauth/authorize/ask_consent.h"

#include "auth/errors.h"
#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/authorize/stored_request.h"
#include "auth/oauth/clients/redirect_uri.h"
#include "auth/oauth/scope.h"
#include "auth/session.h"
#include "auth/user.h"

namespace voyages::auth::oauth {

namespace {

std::optional<std::string> unless_empty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

// What the pages ask about. The user and their consent are read where there is one.
struct Question {
  Client client;
  StoredRequest stored;
  std::optional<User> user;
  std::optional<Consent> consent;
};

Result<Question> read_question(Auth& auth, const http::Uuid& client_id, std::string_view request_uri,
                               std::string_view user_id) {
  const auto token = read_request_uri(request_uri);
  if (!token) return fail(unknown_request);
  std::vector<store::Key> keys{client_key(client_id.text()), stored_request_key(token->id)};
  if (!user_id.empty()) {
    keys.push_back(user_key(user_id));
    keys.push_back(consent_key(user_id, client_id.text()));
  }
  const auto items = auth.table.get(keys, store::Consistency::strong);
  auto stored = to_stored_request(*token, items[1], client_id.text());
  if (!items[0] || !stored) return fail(unknown_request);
  Question question{to_client(*items[0]), std::move(*stored), std::nullopt, std::nullopt};
  if (question.client.disabled_at) return fail(unknown_request);
  if (!user_id.empty() && items[2]) question.user = to_user(*items[2]);
  if (!user_id.empty() && items[3]) question.consent = to_consent(*items[3]);
  return question;
}

// It was sound when it was stored; the client may have been changed since.
Result<AuthorizationRequest> read_request(const Auth& auth, const Question& question, Time now) {
  auto request = read_stored_request(auth, question.client, question.stored, now);
  if (!request) return fail(unknown_request);
  return std::move(*request);
}

// The host of a web address; of a native program's, the whole scheme, since that is all that tells it.
std::string host_of(std::string_view redirect_uri) {
  const auto origin = origin_of(redirect_uri);
  if (origin.empty()) return std::string(redirect_uri.substr(0, redirect_uri.find(':') + 1));
  return std::string(origin.substr(origin.find("//") + 2));
}

}  // namespace

Result<RequestView> get_request(Auth& auth, const RequestInput& input, http::Context&) {
  const auto question = read_question(auth, input.client_id, input.request_uri.text(), {});
  if (!question) return fail(question.error());
  return RequestView{question->client.client_name, unless_empty(question->client.client_uri),
                     question->client.registered_by_itself, unless_empty(question->stored.form.get("login_hint"))};
}

Result<ConsentView> get_consent(Auth& auth, const RequestInput& input, http::Context& context) {
  const auto question = read_question(auth, input.client_id, input.request_uri.text(), context.caller->user_id);
  if (!question) return fail(question.error());
  if (!question->user) return fail(user_not_found);
  const auto request = read_request(auth, *question, context.now);
  if (!request) return fail(request.error());
  const auto& client = question->client;
  ConsentView view{{client.client_id, client.client_name, unless_empty(client.client_uri),
                    host_of(question->stored.form.get("redirect_uri")), client.registered_by_itself},
                   {question->user->email, unless_empty(question->user->name)},
                   {},
                   request->resources};
  for (const auto& name : parse_scope(request->scope).value_or(std::vector<std::string>())) {
    const auto* permission = auth.permissions.find(name);
    view.scopes.push_back({name, question->consent && has_scope(question->consent->scope, name),
                           permission ? std::optional(std::string(permission->description)) : std::nullopt});
  }
  return view;
}

Result<ConsentDecided> decide_consent(Auth& auth, const ConsentDecision& input, http::Context& context) {
  const auto& caller = *context.caller;
  // Twice, since another tab may allow something, or take it back, at this very moment.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto question = read_question(auth, input.client_id, input.request_uri.text(), caller.user_id);
    if (!question) return fail(question.error());
    const auto request = read_request(auth, *question, context.now);
    if (!request) return fail(request.error());
    std::vector<store::Write> writes{
        mark_decided(question->stored.id, input.allow, caller.session_id),
        // What is remembered of an account that is just being deleted would stay.
        store::Check{session_key(caller.user_id, caller.session_id), {store::item_exists()}}};
    if (input.allow) {
      writes.emplace_back(remember(caller.user_id, question->consent, question->client, request->scope,
                                   request->resources, context.now));
    }
    if (!auth.table.write(writes)) continue;
    return ConsentDecided{"/oauth/authorize?" + request_query(input.client_id.text(), input.request_uri.text())};
  }
  return fail(unknown_request);
}

}  // namespace voyages::auth::oauth
