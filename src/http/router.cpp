#include "http/router.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"

namespace voyages::http {

namespace {

std::vector<std::string_view> split_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::string_view parameter_name(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

// True when every path that one template matches, the other matches too.
bool same_shape(std::string_view a, std::string_view b) {
  return std::ranges::equal(split_segments(a), split_segments(b), [](auto one, auto other) {
    return one == other || (is_parameter(one) && is_parameter(other));
  });
}

std::optional<PathParameters> match_template(const std::vector<std::string>& segments,
                                             const std::vector<std::string_view>& path) {
  if (segments.size() != path.size()) return std::nullopt;
  PathParameters parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_parameter(segments[i])) {
      if (segments[i] != path[i]) return std::nullopt;
      continue;
    }
    auto value = percent_decode(path[i], false);
    if (!value || value->empty()) return std::nullopt;
    parameters.emplace_back(parameter_name(segments[i]), std::move(*value));
  }
  return parameters;
}

const Route* find_method(const std::vector<const Route*>& routes, Method method) {
  const auto found = std::ranges::find_if(routes, [&](const Route* route) {
    return method == Method::head ? route->takes_head() : route->method == method;
  });
  return found == routes.end() ? nullptr : *found;
}

std::string allowed_methods(const std::vector<const Route*>& routes) {
  std::string allow;
  for (const auto* route : routes) {
    allow += to_string(route->method);
    allow += route->takes_head() ? ", HEAD, " : ", ";
  }
  return allow + "OPTIONS";
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<int> Route::status_of(std::string_view code) const {
  const auto found = std::ranges::find(failures_, code, [](const Failure& failure) { return failure.error.code; });
  if (found == failures_.end()) return std::nullopt;
  return found->status;
}

Route& Router::add(Route added) {
  for (const auto& route : routes_) {
    if (route.operation_id == added.operation_id) throw std::logic_error("two routes are called " + added.operation_id);
    if (route.method == added.method && same_shape(route.path, added.path))
      throw std::logic_error("two routes at " + added.path);
  }
  auto& route = routes_.emplace_back(std::move(added));
  if (route.path.find('{') == std::string::npos) {
    exact_[route.path].push_back(&route);
    return route;
  }
  std::vector<std::string> segments;
  for (const auto segment : split_segments(route.path)) segments.emplace_back(segment);
  auto found = std::ranges::find(templates_, segments, &Template::segments);
  if (found == templates_.end()) found = templates_.insert(found, Template{std::move(segments), {}});
  found->routes.push_back(&route);
  return route;
}

std::variant<Router::NoMatch, Router::WrongMethod, Router::Match> Router::find(Method method,
                                                                               std::string_view raw_path) const {
  const auto answer = [&](const std::vector<const Route*>& routes,
                          PathParameters parameters) -> std::variant<NoMatch, WrongMethod, Match> {
    if (const auto* route = find_method(routes, method)) return Match{route, std::move(parameters)};
    return WrongMethod{allowed_methods(routes)};
  };
  if (const auto exact = exact_.find(raw_path); exact != exact_.end()) return answer(exact->second, {});
  if (!raw_path.starts_with('/')) return NoMatch{};
  const auto segments = split_segments(raw_path);
  for (const auto& candidate : templates_) {
    if (auto parameters = match_template(candidate.segments, segments))
      return answer(candidate.routes, std::move(*parameters));
  }
  return NoMatch{};
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (decoded.find('\0') != std::string::npos || !is_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view raw_query) {
  constexpr std::size_t max_pairs = 100;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!raw_query.empty()) {
    const auto end = std::min(raw_query.find('&'), raw_query.size());
    const auto pair = raw_query.substr(0, end);
    raw_query.remove_prefix(std::min(end + 1, raw_query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value || pairs.size() == max_pairs) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace voyages::http
