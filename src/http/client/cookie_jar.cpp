#include "http/client/cookie_jar.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"

namespace voyages::http::client {

namespace {

constexpr std::size_t most_cookies = 50;
constexpr std::size_t longest_cookie = 4096;

/// Takes what stands before the next separator off the front.
std::string_view take_part(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim(part);
}

bool is_sendable(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != ';'; });
}

// RFC 6265 §5.1.4: the path up to its last slash.
std::string default_path(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

bool matches_path(std::string_view target, std::string_view cookie_path) {
  const auto path = target.substr(0, target.find('?'));
  if (!path.starts_with(cookie_path)) return false;
  return path.size() == cookie_path.size() || cookie_path.ends_with('/') || path[cookie_path.size()] == '/';
}

// RFC 6265 §5.1.3, for names: `example.com` covers `www.example.com`.
bool covers(std::string_view domain, std::string_view host) {
  if (host == domain) return true;
  return host.ends_with(domain) && host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.';
}

bool is_over(std::string_view max_age) {
  return max_age.starts_with('-') || (!max_age.empty() && max_age.find_first_not_of('0') == std::string_view::npos);
}

}  // namespace

void CookieJar::take(const Url& from, std::string_view set_cookie) {
  if (set_cookie.size() > longest_cookie) return;
  // RFC 6265 §5.2: one without a name is not taken.
  auto pair = take_part(set_cookie, ';');
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos) return;
  Cookie cookie{.host = from.origin.host,
                .path = default_path(from.target),
                .name = std::string(trim(pair.substr(0, equals))),
                .value = std::string(trim(pair.substr(equals + 1)))};
  if (cookie.name.empty() || !is_sendable(cookie.name) || !is_sendable(cookie.value)) return;
  bool over = false;
  while (!set_cookie.empty()) {
    auto attribute = take_part(set_cookie, ';');
    const auto name = take_part(attribute, '=');
    if (equal_ignoring_case(name, "Secure")) cookie.secure = true;
    if (equal_ignoring_case(name, "Max-Age")) over = is_over(trim(attribute));
    if (equal_ignoring_case(name, "Path")) {
      const auto path = trim(attribute);
      cookie.path = path.starts_with('/') ? std::string(path) : default_path(from.target);
    }
    if (equal_ignoring_case(name, "Domain")) {
      auto domain = to_lower_ascii(trim(attribute));
      if (domain.starts_with('.')) domain.erase(0, 1);
      if (!domain.empty() && !covers(domain, from.origin.host)) return;
    }
  }
  // RFC 6265bis §5.7: without TLS nobody sets what is sent with TLS alone, nor takes its place.
  const auto same = [&](const Cookie& each) {
    return each.host == cookie.host && each.path == cookie.path && each.name == cookie.name;
  };
  if (!from.origin.tls &&
      (cookie.secure || std::ranges::any_of(cookies_, [&](const Cookie& each) { return same(each) && each.secure; }))) {
    return;
  }
  std::erase_if(cookies_, same);
  if (over) return;
  if (cookies_.size() == most_cookies) cookies_.erase(cookies_.begin());
  cookies_.push_back(std::move(cookie));
}

std::string CookieJar::field(const Url& to) const {
  std::string field;
  for (const auto& cookie : cookies_) {
    if (cookie.host != to.origin.host || !matches_path(to.target, cookie.path)) continue;
    if (cookie.secure && !to.origin.tls) continue;
    if (!field.empty()) field += "; ";
    field.append(cookie.name).append("=").append(cookie.value);
  }
  return field;
}

}  // namespace voyages::http::client
