#include "http/client/url.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include "base/escape.h"
#include "base/url.h"

namespace voyages::http::client {

namespace {

// A server may say what it likes, but not for ever.
constexpr std::size_t longest_reference_bytes = 8192;

bool is_control_character(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::optional<std::string> resolve_relative(const std::string& base_text, const boost::urls::url_view& reference) {
  const auto base = boost::urls::parse_uri(base_text);
  boost::urls::url resolved;
  if (!base || !resolve(*base, reference, resolved)) return std::nullopt;
  return std::string(resolved.buffer());
}

}  // namespace

std::optional<Url> Url::parse(std::string_view url) {
  if (!std::ranges::all_of(url, is_url_character)) return std::nullopt;
  const auto parts = split_url(url);
  if (!parts) return std::nullopt;
  auto origin = Origin::parse(url.substr(0, url.size() - parts->rest.size()));
  if (!origin) return std::nullopt;
  std::string target(parts->rest);
  // RFC 9112 §3.2.1: an empty path is sent as `/`.
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  return Url{std::move(*origin), std::move(target)};
}

std::optional<Url> Url::resolve(std::string_view reference) const {
  if (reference.size() > longest_reference_bytes) return std::nullopt;
  // Browsers read a backslash as a slash, other readers do not: nobody who means well sends one.
  if (std::ranges::any_of(reference, [](char c) { return is_control_character(c) || c == '\\'; })) return std::nullopt;
  const auto fragment = std::min(reference.find('#'), reference.size());
  const auto encoded = percent_encode(reference.substr(0, fragment), "%!$&'()*+,;=:@/?[]");
  const auto parsed = boost::urls::parse_uri_reference(encoded);
  if (!parsed) return std::nullopt;
  // An absolute one is read by our own parser alone, so that there are no two opinions of where its host ends.
  if (parsed->has_scheme()) return parse(encoded);
  const auto resolved = resolve_relative(text(), *parsed);
  auto url = resolved ? parse(*resolved) : std::nullopt;
  // RFC 3986 §5.2.4 (2C): there is nothing above the root. Some versions of Boost.URL leave such steps where they are.
  while (url && url->target.starts_with("/../")) url->target.erase(0, 3);
  return url;
}

std::string Url::text() const { return origin.text() + target; }

}  // namespace voyages::http::client
