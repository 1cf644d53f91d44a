#include "http/address_ranges.h"

#include <arpa/inet.h>

#include <charconv>

namespace voyages::http {

namespace {

bool same_prefix(std::string_view a, std::string_view b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const auto mask = static_cast<unsigned char>(0x80U >> (i % 8));
    if ((static_cast<unsigned char>(a[i / 8] ^ b[i / 8]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> address_bytes(std::string_view ip) {
  const std::string address(ip);
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes.substr(0, 4);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  if (bytes.starts_with(mapped)) return bytes.substr(12);
  return bytes;
}

std::optional<AddressRanges> AddressRanges::parse(const std::vector<std::string>& ranges) {
  AddressRanges parsed;
  for (const std::string_view range : ranges) {
    const auto slash = range.find('/');
    auto bytes = address_bytes(range.substr(0, slash));
    if (!bytes) return std::nullopt;
    auto prefix_bits = static_cast<unsigned>(bytes->size() * 8);
    if (slash != std::string_view::npos) {
      const auto text = range.substr(slash + 1);
      unsigned bits = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
      if (error != std::errc() || end != text.data() + text.size() || bits > prefix_bits) return std::nullopt;
      prefix_bits = bits;
    }
    parsed.ranges_.push_back({std::move(*bytes), prefix_bits});
  }
  return parsed;
}

bool AddressRanges::contains(std::string_view ip) const {
  if (ranges_.empty()) return false;
  const auto bytes = address_bytes(ip);
  if (!bytes) return false;
  for (const auto& range : ranges_) {
    if (range.bytes.size() == bytes->size() && same_prefix(range.bytes, *bytes, range.prefix_bits)) return true;
  }
  return false;
}

}  // namespace voyages::http
