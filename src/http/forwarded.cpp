#include "http/forwarded.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"

namespace voyages::http {

namespace {

// The address as 4 or 16 bytes in network order; an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as IPv4.
std::optional<std::string> to_bytes(std::string_view text) {
  const std::string address(text);
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes.substr(0, 4);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  if (bytes.starts_with(mapped)) return bytes.substr(12);
  return bytes;
}

bool same_prefix(std::string_view a, std::string_view b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const auto mask = static_cast<unsigned char>(0x80U >> (i % 8));
    if ((static_cast<unsigned char>(a[i / 8] ^ b[i / 8]) & mask) != 0) return false;
  }
  return true;
}

// Removes and returns the last element of a comma-separated list.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  const auto last = trim(comma == std::string_view::npos ? list : list.substr(comma + 1));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return last;
}

// RFC 9110 §5.3: fields of one name are one list. A client's own field stands first, the proxy's last.
std::string joined(const Headers& headers, std::string_view name) {
  std::string list;
  for (const auto& field : headers) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (!list.empty()) list += ',';
    list += field.value;
  }
  return list;
}

}  // namespace

std::optional<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& ranges) {
  TrustedProxies proxies;
  for (const std::string_view range : ranges) {
    const auto slash = range.find('/');
    auto bytes = to_bytes(range.substr(0, slash));
    if (!bytes) return std::nullopt;
    auto prefix_bits = static_cast<unsigned>(bytes->size() * 8);
    if (slash != std::string_view::npos) {
      const auto text = range.substr(slash + 1);
      unsigned bits = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
      if (error != std::errc() || end != text.data() + text.size() || bits > prefix_bits) return std::nullopt;
      prefix_bits = bits;
    }
    proxies.ranges_.push_back({std::move(*bytes), prefix_bits});
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view ip) const {
  if (ranges_.empty()) return false;
  const auto bytes = to_bytes(ip);
  if (!bytes) return false;
  for (const auto& range : ranges_) {
    if (range.bytes.size() == bytes->size() && same_prefix(range.bytes, *bytes, range.prefix_bits)) return true;
  }
  return false;
}

std::string canonical_ip(std::string_view ip) {
  const auto bytes = to_bytes(ip);
  if (!bytes) return std::string(ip);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(bytes->size() == 4 ? AF_INET : AF_INET6, bytes->data(), text.data(), text.size());
  return text.data();
}

std::string client_ip(const Request& request, const TrustedProxies& proxies) {
  std::string client = canonical_ip(request.peer_ip);
  if (!proxies.contains(client)) return client;
  const auto forwarded = joined(request.headers, "X-Forwarded-For");
  std::string_view chain = forwarded;
  while (!chain.empty()) {
    const auto hop = take_last(chain);
    if (!to_bytes(hop)) return client;  // what a proxy did not write itself is not believed
    client = canonical_ip(hop);
    if (!proxies.contains(hop)) return client;
  }
  return client;
}

bool is_secure(const Request& request, const TrustedProxies& proxies) {
  if (request.tls) return true;
  if (!proxies.contains(request.peer_ip)) return false;
  const auto forwarded = joined(request.headers, "X-Forwarded-Proto");
  std::string_view protocols = forwarded;
  return take_last(protocols) == "https";
}

}  // namespace voyages::http
