#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/checked_clock.h"
#include "aws/container_credentials.h"
#include "aws/metadata_credentials.h"
#include "aws/profile.h"
#include "aws/service_error.h"
#include "base/http_date.h"
#include "http/client/client.h"

// What services, endpoints, files and settings say is read without harm, and what comes of it keeps its promises.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_error(std::string_view text) {
  voyages::http::Response response{.status = 400, .body = std::string(text)};
  for (int i = 0; i < 2; ++i) {
    const auto error = voyages::aws::read_error(response);
    require(!error.code.empty() && error.code.size() <= 128);
    require(error.code.find_first_of("\"\\\r\n ") == std::string::npos);
    require(error.message.size() <= 1024);
    response.headers.add("x-amzn-ErrorType", std::string(text.substr(0, 100)));
  }
}

void check_address(std::string_view text) {
  if (const auto origin = voyages::http::client::Origin::parse(text)) {
    require(!origin->host.empty() && origin->port != 0);
    const auto again =
        voyages::http::client::Origin::parse((origin->tls ? "https://" : "http://") + origin->authority());
    require(again == origin);
  }
  if (const auto address = voyages::aws::parse_container_address(text)) require(address->target.starts_with('/'));
}

void check_profile(std::string_view text) {
  for (const auto& [section, settings] : voyages::aws::parse_profile_file(text)) {
    require(!section.empty() && section.find('\n') == std::string::npos);
    for (const auto& [name, value] : settings) {
      require(name.find('=') == std::string::npos);
      require(value.expose().find('\n') == std::string_view::npos);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_error(text);
  check_address(text);
  check_profile(text);
  if (const auto credentials = voyages::aws::parse_metadata_credentials(text)) {
    require(!credentials->access_key_id.empty() && credentials->expires_at);
  }
  static_cast<void>(voyages::parse_http_date(text));
  return 0;
}
