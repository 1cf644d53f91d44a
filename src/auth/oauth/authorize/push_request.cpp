#include "auth/oauth/authorize/push_request.h"

#include <boost/json.hpp>

#include "auth/oauth/authorize/authorization_request.h"
#include "auth/oauth/authorize/stored_request.h"
#include "auth/oauth/clients/client_authentication.h"
#include "auth/oauth/token/dpop.h"
#include "auth/request_limit.h"

namespace voyages::auth::oauth {

namespace {

// RFC 9449 §10.1: the proof's key is the code's, as if the parameter `dpop_jkt` named it. Both must name the same.
OAuthResult<Form> with_proved_key(Form form, const std::string& key) {
  if (key.empty()) return form;
  if (const auto named = form.find("dpop_jkt")) {
    if (*named != key) return refuse(error::invalid_dpop_proof, "dpop_jkt names another key than the proof's.");
    return form;
  }
  auto pairs = form.pairs();
  pairs.emplace_back("dpop_jkt", key);
  return Form::parse(form_encode(pairs));
}

OAuthResult<boost::json::object> push(Auth& auth, const http::Request& request, http::Context& context) {
  const auto now = context.now;
  auto form = Form::read_body(request);
  if (!form) return std::unexpected(form.error());
  const auto client = authenticate_client(auth, request, *form);
  if (!client) return std::unexpected(client.error());
  // RFC 9126 §2.1.
  if (form->find("request_uri")) return refuse(error::invalid_request, "A pushed request has no request_uri.");
  const auto proof = read_dpop(auth, request, "/oauth/par", {}, now);
  if (!proof) return std::unexpected(proof.error());
  form = with_proved_key(std::move(*form), proof->thumbprint);
  if (!form) return std::unexpected(form.error());
  if (!return_address(*client, *form)) {
    return refuse(error::invalid_request, "redirect_uri is missing, or is not registered for the client.");
  }
  const auto sound = read_authorization_request(auth, *client, *form, now);
  if (!sound) return std::unexpected(sound.error());
  // RFC 9126 §2.3. Anybody may name a public client, and where that is open make one.
  if (client->is_public() || client->registered_by_itself) {
    if (const auto counted = count_request(auth, limited::authorization, context, stored_limit); !counted) {
      context.response_headers.add("Retry-After", std::to_string(counted.error().retry_after.value().count()));
      return refuse(error::temporarily_unavailable, counted.error().message, 429);
    }
  }
  if (const auto used = spend_proof(auth, *proof, now); !used) return std::unexpected(used.error());
  auto stored = new_stored_request(client->client_id, *form, sound->scope, std::nullopt, now);
  const store::Write put = std::move(stored.put);
  (void)auth.table.write({&put, 1});  // without conditions it cannot be refused
  return boost::json::object{{"request_uri", stored.request_uri}, {"expires_in", pushed_ttl.count()}};
}

}  // namespace

http::Response push_request(Auth& auth, const http::Request& request, http::Context& context) {
  const auto answer = push(auth, request, context);
  return answer ? json_response(*answer, 201) : error_response(answer.error());
}

}  // namespace voyages::auth::oauth
