#include "auth/oauth/logout/client_session.h"
#include "auth/oauth/token/device.h"
#include "auth/oauth/token/grants.h"
#include "auth/stored_token.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;

constexpr std::int64_t slower_by_s = 5;  // RFC 8628 §3.5

std::unexpected<OAuthError> bad_device_code() {
  return refuse(error::invalid_grant, "The device code is not valid, was used, or is another client's.");
}

// RFC 8628 §3.5: who polls faster than they were told waits longer from then on.
OAuthError keep_waiting(Auth& auth, const store::Item& device, Time now) {
  const auto interval = std::chrono::seconds(device.number("interval_s"));
  const auto* polled_at = device.find<std::int64_t>("polled_at");
  const bool too_fast = polled_at && now < from_ms(*polled_at) + interval;
  store::Update update{.key = device.key, .set = {{"polled_at", to_ms(now)}}, .conditions = {store::item_exists()}};
  if (too_fast) update.set["interval_s"] = interval.count() + slower_by_s;
  const store::Write write = std::move(update);
  (void)auth.table.write({&write, 1});  // refused when it ended this very moment, and the next poll tells
  if (too_fast) return {error::slow_down, "Poll less often: wait five seconds more each time."};
  return {error::authorization_pending, "The person has not decided yet."};
}

Approval to_approval(const store::Item& device) {
  return {.approved_at = from_ms(device.number("decided_at")),
          .user_id = std::string(device.text("user_id")),
          .session_id = std::string(device.text("session_id")),
          .session_ends_at = from_ms(device.number("session_ends_at")),
          .scope = std::string(device.text("scope")),
          .resources = device.list("resources"),
          .auth_time = from_ms(device.number("auth_time")),
          .amr = device.list("amr")};
}

}  // namespace

OAuthResult<json::object> grant_by_device_code(Auth& auth, const TokenRequest& request) {
  const auto code = request.form.find("device_code");
  if (!code) return refuse(error::invalid_request, "device_code is missing.");
  const auto device = find_stored_token(auth.table, *code, device_sort_key);
  if (!device || device->text("client_id") != request.client.client_id) return bad_device_code();
  const auto now = request.context.now;
  if (from_ms(device->number("ends_at")) <= now) {
    return refuse(error::expired_token, "The device code has expired. Ask for another.");
  }
  const auto status = device->text("status");
  if (status == device_status::denied) return refuse(error::access_denied, "The person refused.");
  if (status != device_status::approved) return std::unexpected(keep_waiting(auth, *device, now));

  const auto approval = to_approval(*device);
  auto resources = narrow_resources(request.client, request.form, approval.resources);
  if (!resources) return std::unexpected(resources.error());
  if (const auto used = spend_proof(auth, request.proof, now); !used) return std::unexpected(used.error());
  auto begun = begin_approved_session(
      auth, request, approval, [&](const std::string&) { return store::Delete{device->key, {store::item_exists()}}; });
  if (!begun) return bad_device_code();
  begun->resources = std::move(*resources);
  return answer_tokens(auth, request, *begun);
}

}  // namespace voyages::auth::oauth
