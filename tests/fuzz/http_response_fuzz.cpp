#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/client/response_reader.h"

// An answer must be read alike however it is cut into packets, and never beyond its limits.

namespace {

using voyages::http::client::BadResponse;
using voyages::http::client::ResponseReader;

constexpr std::size_t body_limit_bytes = 256;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const voyages::http::Response& response) {
  require(response.body.size() <= body_limit_bytes);
  require(response.status >= 0 && response.status <= 999 && response.status / 100 != 1);
  for (const auto& [name, value] : response.headers) {
    require(!name.empty());
    require((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

std::string describe(ResponseReader& reader) {
  const bool keep_alive = reader.keep_alive();
  auto response = reader.head();
  response.body = reader.take_body();
  check(response);
  std::string text = std::to_string(response.status) + (keep_alive ? " keep\n" : " close\n");
  for (const auto& [name, value] : response.headers) text.append(name).append(":").append(value).append("\n");
  return text.append("\n").append(response.body);
}

/// What the bytes are read as when they come in packets of this size and the stream then ends.
std::string read(std::string_view bytes, bool to_head, std::size_t packet) {
  ResponseReader reader(to_head, body_limit_bytes);
  try {
    while (!bytes.empty() && !reader.done()) {
      reader.feed(bytes.substr(0, packet));
      bytes.remove_prefix(std::min(packet, bytes.size()));
    }
    // What comes behind an answer ends the use of the connection, in the same packet or in a later one.
    if (!bytes.empty()) reader.feed(bytes);
    if (!reader.done()) reader.finish();
  } catch (const BadResponse&) {
    return "refused";
  }
  return describe(reader);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const bool to_head : {false, true}) {
    const auto whole = read(bytes, to_head, bytes.size() + 1);
    for (const std::size_t packet : {1U, 7U}) require(read(bytes, to_head, packet) == whole);
  }
  return 0;
}
