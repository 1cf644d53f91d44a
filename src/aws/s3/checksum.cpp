#include "aws/s3/checksum.h"

#include <charconv>

#include "base/encoding.h"
#include "crypto/token.h"

namespace voyages::aws::s3 {

std::optional<Checksum> Checksum::parse(std::string_view field, std::string_view etag) {
  auto expected = from_base64(field.substr(0, field.find('-')));
  if (!expected || expected->size() != 32) return std::nullopt;
  const auto counted = field.find('-') == std::string_view::npos ? etag : field;
  const auto dash = counted.find('-');
  std::size_t parts = 0;
  if (dash != std::string_view::npos) {
    const auto count = counted.substr(dash + 1);
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), parts);
    if (error != std::errc() || end != count.data() + count.size() || parts == 0) return std::nullopt;
  }
  return Checksum(std::move(*expected), parts);
}

void Checksum::add(std::string_view piece) {
  if (parts_ == 0) return hash_.update(piece);
  hash_.update(crypto::sha256(piece));
}

}  // namespace voyages::aws::s3
