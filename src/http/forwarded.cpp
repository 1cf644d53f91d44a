#include "http/forwarded.h"

#include <arpa/inet.h>

#include <array>

#include "base/encoding.h"
#include "base/text.h"

namespace voyages::http {

namespace {

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

std::string canonical_ip(std::string_view ip) {
  const auto bytes = address_bytes(ip);
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
    if (!address_bytes(hop)) return client;  // what a proxy did not write itself is not believed
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
