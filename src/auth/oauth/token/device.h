#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "auth/oauth/form.h"
#include "auth/table_keys.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth::oauth {

/// RFC 8628: a program without a browser shows a code, which a person types on another device, and polls meanwhile.
/// `TOKEN#<id>`/`DEVICE` is what the program holds, `USERCODE#<code>`/`DEVICE` leads to it.

inline constexpr std::chrono::seconds device_code_ttl{600};
inline constexpr std::chrono::seconds device_poll_interval{5};
inline constexpr std::string_view device_sort_key = table_keys::device;

namespace device_status {
inline constexpr std::string_view pending = "PENDING";
inline constexpr std::string_view approved = "APPROVED";
inline constexpr std::string_view denied = "DENIED";
}  // namespace device_status

/// Reads a user code as people type it, in any case, with spaces or dashes. Returns its eight letters as stored (RFC
/// 8628 §6.1: no vowels), or nullopt if the code is malformed.
std::optional<std::string> read_user_code(std::string_view typed);
/// Formats a code for people: `WDJB-MJHT`.
std::string show_user_code(std::string_view code);

/// `POST /oauth/device_authorization` (RFC 8628 §3.1), of a client that proved itself.
OAuthResult<boost::json::object> authorize_device(Auth& auth, const Client& client, const Form& form,
                                                  http::Context& context);

inline constexpr ErrorCode unknown_user_code{
    "unknown_user_code", "This code is not known, or has expired. Look at it again, or start anew on the device."};

struct DeviceRequestInput {
  http::Text<1, 64> user_code;

  static constexpr http::FieldDoc docs[] = {
      {"user_code", "As the device shows it; case, spaces and dashes do not matter.", R"("WDJB-MJHT")"}};
};
BOOST_DESCRIBE_STRUCT(DeviceRequestInput, (), (user_code))

struct DeviceClient {
  std::string client_id;
  std::string client_name;
  std::optional<std::string> client_uri;
  bool registered_by_itself;

  static constexpr http::FieldDoc docs[] = {
      {"registered_by_itself", "Nobody here has looked at it: its name is what it says of itself."}};
};
BOOST_DESCRIBE_STRUCT(DeviceClient, (), (client_id, client_name, client_uri, registered_by_itself))

/// What a person is shown before they let a device in.
struct DeviceRequest {
  DeviceClient client;
  std::string user_code;
  std::vector<std::string> scopes;
  std::vector<std::string> resources;

  static constexpr http::FieldDoc docs[] = {
      {"user_code", "To be compared with what the device shows.", R"("WDJB-MJHT")"},
      {"scopes", "", R"(["openid", "email"])"},
      {"resources", "", R"(["https://api.example.com"])"}};
};
BOOST_DESCRIBE_STRUCT(DeviceRequest, (), (client, user_code, scopes, resources))

struct DeviceDecision {
  http::Text<1, 64> user_code;
  bool allow;

  static constexpr http::FieldDoc docs[] = {{"user_code", "", R"("WDJB-MJHT")"}};
};
BOOST_DESCRIBE_STRUCT(DeviceDecision, (), (user_code, allow))

/// `GET /oauth/device/request`: which client asks for what. Counted by account and by network, since codes may be
/// guessed.
Result<DeviceRequest> get_device_request(Auth& auth, const DeviceRequestInput& input, http::Context& context);
/// `POST /oauth/device/decision`: the person lets the device in, or does not.
Result<void> decide_device_request(Auth& auth, const DeviceDecision& input, http::Context& context);

}  // namespace voyages::auth::oauth
