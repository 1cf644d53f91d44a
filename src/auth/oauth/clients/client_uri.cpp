#include "auth/oauth/clients/client_uri.h"

#include <algorithm>
#include <boost/url/parse.hpp>

#include "base/url.h"

namespace voyages::auth::oauth {

namespace {

namespace urls = boost::urls;

// URIs are compared as texts, so `*` would not match what an administrator who writes it expects.
bool is_plain(std::string_view text) {
  return text.size() <= max_uri_bytes && text.find('*') == std::string_view::npos;
}

bool is_web(const urls::url_view& uri) {
  const std::string_view host = uri.encoded_host();
  if (host.empty() || host.find('%') != std::string_view::npos || uri.has_userinfo()) return false;
  // Boost.URL 1.81 ends an address and a port early: of http://127.0.0.1.example.com it makes a path `.example.com`.
  if (const std::string_view path = uri.encoded_path(); !path.empty() && path.front() != '/') return false;
  // Zero: more than 16 bits hold.
  if (!uri.port().empty() && uri.port_number() == 0) return false;
  // In lower case, as everything that looks at the text expects it.
  return uri.scheme() == "https" || (uri.scheme() == "http" && is_loopback(host));
}

bool is_private_use(const urls::url_view& uri, const std::vector<std::string>& schemes) {
  const std::string_view scheme = uri.scheme();
  const bool has_dot = scheme.find('.') != std::string_view::npos;
  return (has_dot || std::ranges::find(schemes, scheme) != schemes.end()) && !uri.has_userinfo();
}

}  // namespace

bool is_web_uri(std::string_view text) {
  const auto uri = urls::parse_absolute_uri(text);
  return is_plain(text) && uri && is_web(*uri);
}

bool RedirectRule::allows(std::string_view text) const {
  if (!is_plain(text)) return false;
  const auto uri = urls::parse_absolute_uri(text);
  return uri && (is_web(*uri) || (is_public && is_private_use(*uri, schemes)));
}

}  // namespace voyages::auth::oauth
