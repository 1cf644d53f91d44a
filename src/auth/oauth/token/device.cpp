#include "auth/oauth/token/device.h"

#include <stdexcept>

#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/scope.h"
#include "auth/request_limit.h"
#include "auth/session.h"
#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "auth/throttle.h"
#include "crypto/token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

// RFC 8628 §6.1: no vowels, so no words, and nothing that looks like another letter.
constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t code_length = 8;
// A client that polls late is told that the code has expired, and not that there is none.
constexpr std::chrono::seconds kept_after_its_end = std::chrono::minutes(10);
// Each device that is let in takes two: its request is shown, and decided.
constexpr std::int64_t user_codes_an_hour = 30;
constexpr std::int64_t accounts_in_a_network = 20;

std::string new_user_code() {
  std::string code;
  while (code.size() < code_length) {
    for (const char c : crypto::random_bytes(code_length)) {
      const auto byte = static_cast<unsigned char>(c);
      // Above, some letters would be more frequent than others.
      if (byte < 256 / letters.size() * letters.size() && code.size() < code_length) {
        code += letters[byte % letters.size()];
      }
    }
  }
  return code;
}

store::Key user_code_key(std::string_view code) {
  return {store::key_part(table_keys::user_code, code), std::string(device_sort_key)};
}
store::Key device_key(std::string_view id) {
  return {store::key_part(table_keys::token, id), std::string(device_sort_key)};
}

// Returns the device code for the client, or nullopt if another device was given the same user code at this very
// moment.
std::optional<Secret> begin(Auth& auth, const store::Attributes& asked, const std::string& user_code, Time now) {
  auto token = crypto::new_token(now);
  store::Item device{device_key(token.id), asked, std::nullopt, now + device_code_ttl + kept_after_its_end};
  device.attributes["secret_hash"] = store::Bytes{token.secret_hash};
  device.attributes["user_code"] = user_code;
  const store::Write writes[] = {
      store::Put{std::move(device)},
      store::Put{{user_code_key(user_code), {{"device_id", token.id}}, std::nullopt, now + device_code_ttl},
                 {store::item_absent()}}};
  if (!auth.table.write(writes)) return std::nullopt;
  return std::move(token.text);
}

json::object answer(const Auth& auth, const Secret& device_code, std::string_view user_code) {
  const auto shown = show_user_code(user_code);
  const auto uri = auth.options.public_url + "/device";
  return {{"device_code", device_code.expose()},
          {"user_code", shown},
          {"verification_uri", uri},
          {"verification_uri_complete", uri + "?user_code=" + shown},
          {"expires_in", device_code_ttl.count()},
          {"interval", device_poll_interval.count()}};
}

// A request that waits for a person's decision.
struct Waiting {
  store::Item device;
  Client client;
};

std::optional<Waiting> find_waiting(Auth& auth, const store::Item& user_code) {
  auto device = get(auth.table, device_key(user_code.text("device_id")));
  if (!device || device->text("status") != device_status::pending) return std::nullopt;
  auto client = find_client(auth.table, device->text("client_id"));
  if (!client || client->disabled_at) return std::nullopt;
  return Waiting{std::move(*device), std::move(*client)};
}

// RFC 8628 §5.1: what may be guessed is counted, before it is looked at, or many at once would all be tried. So right
// codes count, too: nobody resets the count with one of their own.
Result<void> count_lookup(Auth& auth, const http::Context& context) {
  const std::pair<std::string, std::int64_t> limits[] = {
      {context.caller->user_id, user_codes_an_hour},
      {client_network(context.client_ip), user_codes_an_hour * accounts_in_a_network}};
  for (const auto& [who, limit] : limits) {
    const auto counted = count_request_of(auth, limited::user_code, who, limit, context.now);
    if (counted) continue;
    Error error(too_many_attempts);
    error.retry_after = counted.error().retry_after;
    return fail(std::move(error));
  }
  return {};
}

Result<Waiting> find_request(Auth& auth, std::string_view typed, const http::Context& context) {
  const auto code = read_user_code(typed);
  if (!code) return fail(unknown_user_code);
  if (const auto counted = count_lookup(auth, context); !counted) return fail(counted.error());
  const auto item = get(auth.table, user_code_key(*code));
  auto waiting = item ? find_waiting(auth, *item) : std::nullopt;
  if (!waiting) return fail(unknown_user_code);
  return std::move(*waiting);
}

// Allowed in this session, or refused.
store::Update decision(const store::Item& device, const store::Item* allowed_in, const http::Context& context) {
  store::Update update{.key = device.key,
                       .set = {{"status", std::string(device_status::denied)}},
                       .conditions = {store::equals("status", std::string(device_status::pending))}};
  if (!allowed_in) return update;
  // A session without a cookie began with a password (POST /auth/login).
  const auto amr = allowed_in->list("amr");
  update.set = {{"status", std::string(device_status::approved)},
                {"decided_at", to_ms(context.now)},
                {"user_id", context.caller->user_id},
                {"session_id", context.caller->session_id},
                {"session_ends_at", to_ms(allowed_in->expires_at.value_or(context.now))},
                {"auth_time", to_ms(auth_time_of(*allowed_in))},
                {"amr", amr.empty() ? std::vector<std::string>{"pwd"} : amr}};
  return update;
}

}  // namespace

std::optional<std::string> read_user_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (code.size() == code_length || letters.find(c) == std::string_view::npos) return std::nullopt;
    code += c;
  }
  if (code.size() != code_length) return std::nullopt;
  return code;
}

std::string show_user_code(std::string_view code) {
  return std::string(code.substr(0, code_length / 2)) + '-' + std::string(code.substr(code_length / 2));
}

OAuthResult<json::object> authorize_device(Auth& auth, const Client& client, const Form& form, http::Context& context) {
  if (!client.may_use(grant_type::device_code)) {
    return refuse(error::unauthorized_client, "The client may not use the device flow.");
  }
  const auto scope = scope_for(client, form.get("scope"));
  if (!scope) return std::unexpected(scope.error());
  const auto resources = resources_for(client, form.all("resource"));
  if (!resources) return std::unexpected(resources.error());
  // Anybody may name a public client, and the more codes there are, the sooner one is guessed.
  if (const auto counted = count_request(auth, limited::device, context); !counted) {
    context.response_headers.add("Retry-After", std::to_string(counted.error().retry_after.value().count()));
    return refuse(error::slow_down, counted.error().message, 429);
  }
  const store::Attributes asked{{"client_id", client.client_id},
                                {"scope", *scope},
                                {"resources", *resources},
                                {"status", std::string(device_status::pending)},
                                {"interval_s", std::int64_t{device_poll_interval.count()}},
                                {"ends_at", to_ms(context.now + device_code_ttl)}};
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto user_code = new_user_code();
    if (const auto device_code = begin(auth, asked, user_code, context.now)) {
      return answer(auth, *device_code, user_code);
    }
  }
  throw std::runtime_error("no user code is free");
}

Result<DeviceRequest> get_device_request(Auth& auth, const DeviceRequestInput& input, http::Context& context) {
  const auto waiting = find_request(auth, input.user_code.text(), context);
  if (!waiting) return fail(waiting.error());
  const auto& [device, client] = *waiting;
  return DeviceRequest{
      {client.client_id, client.client_name,
       client.client_uri.empty() ? std::nullopt : std::optional(client.client_uri), client.registered_by_itself},
      show_user_code(device.text("user_code")),
      parse_scope(device.text("scope")).value(),
      device.list("resources")};
}

Result<void> decide_device_request(Auth& auth, const DeviceDecision& input, http::Context& context) {
  const auto waiting = find_request(auth, input.user_code.text(), context);
  if (!waiting) return fail(waiting.error());
  const auto& [device, client] = *waiting;
  const auto& caller = *context.caller;
  const store::Key keys[] = {session_key(caller.user_id, caller.session_id),
                             consent_key(caller.user_id, client.client_id)};
  // Twice, since what the person allowed the client may change at this very moment.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto items = auth.table.get(keys, store::Consistency::strong);
    const auto& session = items[0];
    if (!session) return fail(http::revoked_token);
    std::vector<store::Write> writes{decision(device, input.allow ? &*session : nullptr, context),
                                     store::Delete{user_code_key(device.text("user_code"))},
                                     store::Check{keys[0], {store::item_exists()}}};
    if (input.allow) {
      const auto before = items[1] ? std::optional(to_consent(*items[1])) : std::nullopt;
      writes.emplace_back(
          remember(caller.user_id, before, client, device.text("scope"), device.list("resources"), context.now));
    }
    if (auth.table.write(writes)) return {};
  }
  return fail(unknown_user_code);  // decided this very moment
}

}  // namespace voyages::auth::oauth
