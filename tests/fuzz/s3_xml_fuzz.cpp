#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aws/s3/xml.h"
#include "base/encoding.h"

// What is read is text, whatever the document was.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)voyages::aws::s3::read_xml(input, [](std::string_view path, std::string_view text) {
    if (path.empty() || !voyages::is_utf8(path) || !voyages::is_utf8(text)) std::abort();
  });
  return 0;
}
