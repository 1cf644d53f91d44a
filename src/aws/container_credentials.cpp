#include "aws/container_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "aws/environment.h"
#include "aws/metadata_credentials.h"
#include "base/unavailable.h"
#include "base/url.h"

namespace voyages::aws {

namespace {

constexpr unsigned attempts = 3;
constexpr std::chrono::milliseconds pause{300};
constexpr http::client::Limits container_limits{
    .connect = std::chrono::seconds(2), .total = std::chrono::seconds(2), .response_bytes = 64 * 1024};
constexpr std::size_t token_limit_bytes = 16 * 1024;

bool is_trusted_without_tls(std::string_view host) {
  constexpr std::string_view known[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return is_loopback(host) || std::ranges::find(known, host) != std::end(known);
}

/// What goes into the header `Authorization`, read anew each time, for EKS replaces the file.
Secret read_token() {
  const auto path = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (path.empty()) return Secret(variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  std::ifstream file(path, std::ios::binary);
  std::string text(token_limit_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto length = static_cast<std::size_t>(file.gcount());
  text.resize(length);
  Secret token(std::move(text));
  if (length == 0 || length > token_limit_bytes) {
    throw Unavailable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names " + path + ", which holds no token");
  }
  return token;
}

std::string address_text() {
  const auto relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!relative.empty()) return "http://169.254.170.2" + relative;
  return variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

}  // namespace

std::optional<http::client::Url> parse_container_address(std::string_view url) {
  auto address = http::client::Url::parse(url);
  if (address && !address->origin.tls && !is_trusted_without_tls(address->origin.host)) return std::nullopt;
  return address;
}

std::optional<Credentials> ContainerCredentials::load() {
  const auto url = address_text();
  if (url.empty()) return std::nullopt;
  const auto address = parse_container_address(url);
  if (!address) {
    throw Unavailable(
        "the container's credentials endpoint must be a URL of https, or of this machine, ECS or EKS: see "
        "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  }
  http::Request request{.method = http::Method::get, .target = address->target};
  request.headers.add("Accept", "application/json");
  if (const auto token = read_token(); !token.empty()) {
    if (token.expose().find_first_of("\r\n") != std::string_view::npos) {
      throw Unavailable("the container's authorization token must be one line, without a line break at its end");
    }
    request.headers.add("Authorization", std::string(token.expose()));
  }
  std::string reason;
  for (unsigned attempt = 1; attempt <= attempts; ++attempt) {
    if (attempt > 1) std::this_thread::sleep_for(pause);
    try {
      auto response = http_.send(address->origin, request, container_limits);
      const Secret json(std::move(response.body));
      auto credentials = response.status == 200 ? parse_metadata_credentials(json.expose()) : std::nullopt;
      if (credentials) return credentials;
      reason = response.status == 200 ? "its answer has no credentials" : fmt::format("status {}", response.status);
    } catch (const http::client::TransferFailed& error) {
      reason = error.what();
    } catch (const std::invalid_argument& error) {
      throw Unavailable(fmt::format("{} cannot be asked: {}", name(), error.what()));
    }
  }
  throw Unavailable(fmt::format("{} gave no credentials: {}", name(), reason));
}

}  // namespace voyages::aws
