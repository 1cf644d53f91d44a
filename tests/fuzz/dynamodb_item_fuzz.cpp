#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/dynamodb/attribute_values.h"
#include "base/strict_json.h"

// What passes as an item survives being written as one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace dynamodb = voyages::aws::dynamodb;
  const auto json = voyages::parse_strict_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  try {
    const auto item = dynamodb::decode_item(*json);
    std::string text;
    dynamodb::append_item(text, item);
    if (dynamodb::decode_item(voyages::parse_strict_json(text).value()) != item) std::abort();
  } catch (const dynamodb::ForeignItem&) {
    return 0;
  }
  return 0;
}
