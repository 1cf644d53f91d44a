#include "auth/oauth/logout/backchannel_logout.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "auth/jobs.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/form.h"
#include "base/uuid.h"
#include "crypto/jose.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr std::string_view pending_index = "LOGOUTS";
constexpr auto lost_after = std::chrono::minutes(2);
constexpr auto look_again_after = std::chrono::hours(1);
// A notice that no try delivered is given up by the queue long before.
constexpr auto kept_for = std::chrono::days(1);
constexpr std::size_t page_size = 100;
constexpr auto token_ttl = std::chrono::minutes(2);
constexpr http::client::Limits limits{
    .connect = std::chrono::seconds(3), .total = std::chrono::seconds(5), .response_bytes = 64U << 10U};

store::Key notice_key(std::string_view session_id) { return {"LOGOUT#" + std::string(session_id), "PENDING"}; }

std::string looked_at_before(Time time) { return fmt::format("{:015}", to_ms(time)); }

store::IndexKey look_at(std::string_view session_id, Time time) {
  return {std::string(pending_index), looked_at_before(time) + '#' + std::string(session_id)};
}

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

// From here on the queue repeats it, and the janitor need not look.
bool take(Auth& auth, store::Item notice) {
  if (!notice.index) return true;
  notice.index.reset();
  notice.attributes.erase("look_at");
  const store::Write write = store::Put{std::move(notice), {store::item_exists()}};
  return auth.table.write({&write, 1}).has_value();
}

}  // namespace

store::Put logout_notice(const SessionRef& session, Time now) {
  return {{notice_key(session.id),
           {{"user_id", session.user_id}, {"client_id", session.client_id}, {"look_at", to_ms(now + lost_after)}},
           look_at(session.id, now + lost_after),
           now + kept_for}};
}

void queue_logout_notice(const Auth& auth, std::string_view session_id) {
  try {
    auth.queue.send(job::logout_notice, session_id);
  } catch (const std::exception& exception) {
    auth.log.warn("a logout notice was not queued; it will be in some minutes",
                  {{"session", session_id}, {"error", exception.what()}});
  }
}

void send_logout_notice(Auth& auth, std::string_view session_id, Time now) {
  const auto notice = get(auth.table, notice_key(session_id));
  if (!notice || !take(auth, *notice)) return;  // told already
  const auto client = find_client(auth.table, notice->text("client_id"));
  if (client && !client->backchannel_logout_uri.empty()) {
    post(auth, client->backchannel_logout_uri, logout_token(auth, *client, notice->text("user_id"), session_id, now));
  }
  const store::Write write = store::Delete{notice->key};
  (void)auth.table.write({&write, 1});  // without conditions it cannot be refused
}

std::size_t queue_lost_logout_notices(Auth& auth, Time now) {
  std::size_t count = 0;
  store::Query query{.source = store::Query::Source::index,
                     .pk = std::string(pending_index),
                     .sk_to = looked_at_before(now),
                     .limit = page_size};
  do {
    const auto page = auth.table.query(query);
    for (const auto& notice : page.items) {
      const auto session_id = notice.key.pk.substr(std::string_view("LOGOUT#").size());
      auth.queue.send(job::logout_notice, session_id);
      const store::Write write = store::Update{.key = notice.key,
                                               .set = {{"look_at", to_ms(now + look_again_after)}},
                                               .index = look_at(session_id, now + look_again_after),
                                               .conditions = {store::equals("look_at", notice.number("look_at"))}};
      (void)auth.table.write({&write, 1});  // refused when a worker has just taken it
      ++count;
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return count;
}

}  // namespace voyages::auth::oauth
