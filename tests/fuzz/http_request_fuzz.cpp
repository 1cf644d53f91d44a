#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "runtime/server/request_parser.h"

// A stream of requests must be read alike however it is cut into packets, and never beyond its limits.

namespace {

using voyages::runtime::RequestLimits;
using voyages::runtime::RequestParser;

constexpr RequestLimits limits{.head_bytes = 512, .target_bytes = 128, .fields = 8, .body_bytes = 256};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_limits(const voyages::http::Request& request) {
  require(request.body.size() <= limits.body_bytes);
  require(request.target.size() <= limits.target_bytes + 1);  // `/` is put before a query alone
  require(!request.target.empty());
  require(request.headers.size() <= limits.fields + 1);  // an absolute target may bring the Host
  require(request.headers.count("Host") <= 1 && request.headers.count("Content-Length") <= 1);
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

std::string describe(const RequestParser& parser) {
  if (parser.status() == RequestParser::Status::rejected) return "rejected " + std::string(parser.rejection().code);
  const auto& request = parser.request();
  check_limits(request);
  std::string text(to_string(request.method));
  text.append(" ").append(request.target).append(parser.keep_alive() ? " keep" : " close").append("\n");
  for (const auto& [name, value] : request.headers) text.append(name).append(":").append(value).append("\n");
  return text + request.body;
}

// Feeds `bytes` in pieces whose sizes come from `cuts`, the last of which goes on for ever.
std::vector<std::string> read_all(std::string_view bytes, std::string_view cuts) {
  std::vector<std::string> seen;
  RequestParser parser(limits);
  std::string pending;
  std::size_t cut = 0;
  while (!bytes.empty()) {
    const std::size_t wish = cut < cuts.size() ? static_cast<unsigned char>(cuts[cut++]) % 64U + 1 : bytes.size();
    const auto piece = bytes.substr(0, wish);
    bytes.remove_prefix(piece.size());
    pending += piece;
    while (!pending.empty()) {
      const auto used = parser.feed(pending);
      require(used <= pending.size());
      pending.erase(0, used);
      if (parser.status() == RequestParser::Status::incomplete) break;
      seen.push_back(describe(parser));
      if (parser.status() == RequestParser::Status::rejected) return seen;
      parser.reset();
    }
    // What waits is at most a head.
    require(pending.size() <= limits.head_bytes + 2);
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut_count = std::min<std::size_t>(data[0] % 16U, size - 1);
  const auto cuts = input.substr(1, cut_count);
  const auto bytes = input.substr(1 + cut_count);
  require(read_all(bytes, {}) == read_all(bytes, cuts));
  return 0;
}
