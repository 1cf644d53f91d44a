#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace voyages::http {

/// The proxies whose `X-Forwarded-*` we believe: addresses or CIDR ranges, `127.0.0.1`, `10.0.0.0/8`, `::1`.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Nothing when one of the ranges is malformed.
  static std::optional<TrustedProxies> parse(const std::vector<std::string>& ranges);

  [[nodiscard]] bool contains(std::string_view ip) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  struct Range {
    std::string bytes;  // 4 or 16
    unsigned prefix_bits;
  };
  std::vector<Range> ranges_;
};

/// One spelling per address: an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as IPv4, IPv6 compressed and in small
/// letters. What is no address stays what it is.
std::string canonical_ip(std::string_view ip);

/// Who really calls, in one spelling: the peer, or, when the peer is a trusted proxy, the last address in
/// `X-Forwarded-For` that is not one.
std::string client_ip(const Request& request, const TrustedProxies& proxies);

/// Whether the caller's own connection is encrypted: ours, or a trusted proxy's by `X-Forwarded-Proto`.
bool is_secure(const Request& request, const TrustedProxies& proxies);

}  // namespace voyages::http
