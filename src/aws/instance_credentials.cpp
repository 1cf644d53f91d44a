#include "aws/instance_credentials.h"

#include <algorithm>

#include "aws/environment.h"
#include "aws/metadata_credentials.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/unavailable.h"

// Amazon EC2 User Guide, "Retrieve security credentials from instance metadata".

namespace voyages::aws {

namespace {

constexpr std::string_view role_path = "/latest/meta-data/iam/security-credentials/";
// Off EC2 nobody answers, and nobody should wait long to learn that.
constexpr http::client::Limits instance_limits{
    .connect = std::chrono::seconds(1), .total = std::chrono::seconds(2), .response_bytes = 64 * 1024};

http::client::Origin service_origin() {
  const auto endpoint = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty()) {
    const bool v6 = equal_ignoring_case(variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), "ipv6");
    return {.tls = false, .host = v6 ? "fd00:ec2::254" : "169.254.169.254", .port = 80};
  }
  if (const auto origin = http::client::Origin::parse(endpoint)) return *origin;
  throw Unavailable("AWS_EC2_METADATA_SERVICE_ENDPOINT must be the address of a server, like http://169.254.169.254");
}

// IAM's names of roles: letters, digits and +=,.@-_
bool is_role(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@-_").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::string> InstanceCredentials::ask(const http::client::Origin& origin, const http::Request& request) {
  try {
    auto response = http_.send(origin, request, instance_limits);
    if (response.status == 200) return std::move(response.body);
  } catch (const http::client::TransferFailed&) {
    // No such service here: the machine is not an instance of EC2.
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;  // the token has characters that no field has
  }
  return std::nullopt;
}

std::optional<Credentials> InstanceCredentials::load() {
  if (equal_ignoring_case(variable("AWS_EC2_METADATA_DISABLED"), "true")) return std::nullopt;
  const auto origin = service_origin();

  http::Request for_token{.method = http::Method::put, .target = "/latest/api/token"};
  for_token.headers.add("X-aws-ec2-metadata-token-ttl-seconds", "300");
  const auto token = ask(origin, for_token);
  if (!token) return std::nullopt;

  http::Request request{.method = http::Method::get, .target = std::string(role_path)};
  request.headers.add("X-aws-ec2-metadata-token", *token);
  const auto roles = ask(origin, request);
  if (!roles) return std::nullopt;
  const auto role = trim(std::string_view(*roles).substr(0, roles->find_first_of("\r\n")));
  if (!is_role(role)) return std::nullopt;

  request.target += role;
  auto answer = ask(origin, request);
  if (!answer) return std::nullopt;
  const Secret json(std::move(*answer));
  auto credentials = parse_metadata_credentials(json.expose());
  if (!credentials) throw Unavailable("the instance's metadata service gave an answer without credentials");
  return credentials;
}

}  // namespace voyages::aws
