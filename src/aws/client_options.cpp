#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "aws/client.h"
#include "aws/environment.h"
#include "aws/profile.h"
#include "base/encoding.h"

namespace voyages::aws {

namespace {

constexpr const Service* all_services[] = {&service::dynamodb, &service::sqs, &service::ses, &service::sns,
                                           &service::s3};
constexpr unsigned most_attempts = 20;

std::string setting(const ProfileSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : std::string(found->second.expose());
}

std::string first_of(std::initializer_list<std::string> values) {
  for (const auto& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

// It becomes part of a host name and of a signature.
bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

http::client::Origin parse_endpoint(const std::string& url, std::string_view named_in) {
  auto origin = http::client::Origin::parse(url);
  if (origin) return *origin;
  throw std::runtime_error(fmt::format(
      "{} must be the address of a server, like http://localhost:8000, without a path; it is {}", named_in, url));
}

unsigned parse_attempts(const std::string& text) {
  unsigned attempts = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), attempts);
  if (error == std::errc() && end == text.data() + text.size() && attempts >= 1 && attempts <= most_attempts) {
    return attempts;
  }
  throw std::runtime_error(fmt::format(
      "AWS_MAX_ATTEMPTS (max_attempts in a profile) must be a number from 1 to {}; it is {}", most_attempts, text));
}

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html: the more specific goes first, and at
// equal level the environment.
void read_endpoints(ClientOptions& options, const Profile& profile) {
  const auto ignored = first_of(
      {variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), setting(profile.settings, "ignore_configured_endpoint_urls")});
  if (equal_ignoring_case(ignored, "true")) return;
  const auto general = variable("AWS_ENDPOINT_URL");
  for (const auto* each : all_services) {
    const auto name = "AWS_ENDPOINT_URL_" + std::string(each->id);
    if (const auto url = variable(name.c_str()); !url.empty()) {
      options.endpoints.emplace(each->id, parse_endpoint(url, name));
    } else if (general.empty()) {
      const auto in_profile = setting(profile.services, to_lower_ascii(each->id) + ".endpoint_url");
      if (in_profile.empty()) continue;
      options.endpoints.emplace(each->id, parse_endpoint(in_profile, "endpoint_url of the profile's services"));
    }
  }
  const auto url = first_of({general, setting(profile.settings, "endpoint_url")});
  if (!url.empty()) {
    options.endpoints.emplace("", parse_endpoint(url, general.empty() ? "endpoint_url" : "AWS_ENDPOINT_URL"));
  }
}

}  // namespace

ClientOptions read_client_options() {
  const auto profile = read_profile();
  ClientOptions options;
  options.region =
      first_of({variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"), setting(profile.settings, "region")});
  if (options.region.empty()) {
    throw std::runtime_error("no AWS region is set: set AWS_REGION, or `region` in the profile of ~/.aws/config");
  }
  if (!is_region(options.region)) {
    throw std::runtime_error(fmt::format("the AWS region must be like eu-central-1; it is {}", options.region));
  }
  const auto attempts = first_of({variable("AWS_MAX_ATTEMPTS"), setting(profile.settings, "max_attempts")});
  if (!attempts.empty()) options.attempts = parse_attempts(attempts);
  read_endpoints(options, profile);
  return options;
}

}  // namespace voyages::aws
