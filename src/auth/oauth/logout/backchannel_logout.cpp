#include "auth/oauth/logout/backchannel_logout.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "auth/logout_notice.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/form.h"
#include "auth/table_keys.h"
#include "base/uuid.h"
#include "crypto/jose.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr auto token_ttl = std::chrono::minutes(2);
constexpr http::client::Limits limits{
    .connect = std::chrono::seconds(3), .total = std::chrono::seconds(5), .response_bytes = 64U << 10U};

// §2.4: what a logout token says. A try has a token of its own, since a client may refuse a `jti` that it has seen.
std::string logout_token(Auth& auth, const Client& client, std::string_view user_id, std::string_view session_id,
                         Time now) {
  const json::object claims{
      {"iss", auth.options.public_url},
      {"sub", user_id},
      {"aud", client.client_id},
      {"iat", to_epoch_s(now)},
      {"exp", to_epoch_s(now + token_ttl)},
      {"jti", new_uuid7(now)},
      {"sid", session_id},
      {"events", json::object{{"http://schemas.openid.net/event/backchannel-logout", json::object()}}}};
  const auto algorithm = crypto::parse_algorithm(client.id_token_signed_response_alg).value();
  return crypto::sign_jws(json::serialize(claims), auth.keys.for_id_tokens(algorithm, now), "logout+jwt");
}

// §2.5: a POST with the token in a form. No redirect is followed.
void post(Auth& auth, const std::string& uri, std::string_view token) {
  const auto url = http::client::Url::parse(uri);
  if (!url) throw std::runtime_error("a client's backchannel_logout_uri names no server");
  http::Request request{.method = http::Method::post, .target = url->target};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = form_encode({{"logout_token", std::string(token)}});
  const auto response = auth.outgoing.send(*url, std::move(request), limits);
  // §2.8: 200, though some frameworks make a 204 of it.
  if (response.status == 200 || response.status == 204) return;
  throw std::runtime_error(fmt::format("{} answered a logout with {}", url->origin.authority(), response.status));
}

}  // namespace

void send_logout_notice(Auth& auth, std::string_view session_id, Time now) {
  const auto notice = take_logout_notice(auth, session_id);
  if (!notice) return;
  const auto client = find_client(auth.table, notice->text("client_id"));
  if (client && !client->backchannel_logout_uri.empty()) {
    post(auth, client->backchannel_logout_uri, logout_token(auth, *client, notice->text("user_id"), session_id, now));
  }
  drop_logout_notice(auth, *notice);
}

}  // namespace voyages::auth::oauth
