#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::http {

/// Addresses or CIDR ranges, `127.0.0.1`, `10.0.0.0/8`, `::1`. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) counts
/// as IPv4.
class AddressRanges {
 public:
  AddressRanges() = default;
  /// Returns nullopt if one of the ranges is malformed.
  static std::optional<AddressRanges> parse(const std::vector<std::string>& ranges);

  [[nodiscard]] bool contains(std::string_view ip) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  struct Range {
    std::string bytes;  // 4 or 16
    unsigned prefix_bits;
  };
  std::vector<Range> ranges_;
};

/// The address as 4 or 16 bytes in network order; an IPv4-mapped one as IPv4. Returns nullopt if it is not an address.
std::optional<std::string> address_bytes(std::string_view ip);

}  // namespace voyages::http
