#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/encoding.h"
#include "base/strict_json.h"

// What the strict parser takes, Boost's own takes too and reads the same, and it survives being written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = voyages::parse_strict_json(text);
  if (!value) {
    if (value.error().offset > size) std::abort();
    return 0;
  }
  if (!voyages::is_utf8(text) || boost::json::parse(text) != *value) std::abort();
  const auto again = voyages::parse_strict_json(boost::json::serialize(*value));
  if (!again) std::abort();
  return 0;
}
