#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/client/content_decoder.h"
#include "http/client/response_reader.h"

// No bytes are decoded to more than the limit, and they are decoded alike however they are cut.

namespace {

constexpr std::size_t limit_bytes = 4096;

std::string decode(std::string_view coding, std::string_view bytes, std::size_t piece) {
  std::string plain;
  try {
    const auto decoder = voyages::http::client::make_decoder(coding, limit_bytes);
    while (!bytes.empty()) {
      decoder->feed(bytes.substr(0, piece), [&](std::string_view more) { plain += more; });
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    decoder->finish();
  } catch (const voyages::http::client::BadResponse&) {
    if (plain.size() > limit_bytes) std::abort();
    return "refused";
  }
  if (plain.size() > limit_bytes) std::abort();
  return plain;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto* coding : {"gzip", "deflate", "br"}) {
    if (decode(coding, input, 1) != decode(coding, input, input.size() + 1)) std::abort();
  }
  return 0;
}
