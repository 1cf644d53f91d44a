#include "base/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/escape.h"

namespace voyages {

std::optional<UrlParts> split_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto authority = url.substr(scheme_end + 3);
  const auto authority_end = std::min(authority.find_first_of("/?#"), authority.size());
  return UrlParts{url.substr(0, scheme_end), authority.substr(0, authority_end), authority.substr(authority_end)};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string text(host);
  // A name that only begins like an address, such as 127.0.0.1.example.com, is not one.
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_url_character(char c) {
  return is_unreserved(c) || std::string_view("%!$&'()*+,;=:@/?[]").find(c) != std::string_view::npos;
}

}  // namespace voyages
