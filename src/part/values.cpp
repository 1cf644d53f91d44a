#include "part/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>
#include <limits>
#include <span>

#include "base/text.h"

namespace voyages::part {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// From small to large.
constexpr Unit duration_units[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
constexpr Unit size_units[] = {{"", 1}, {"KiB", 1U << 10}, {"MiB", 1U << 20}, {"GiB", 1U << 30}};

std::optional<std::uint64_t> parse_amount(std::string_view text, std::span<const Unit> units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_whole_number(text.substr(0, digits));
  const auto name = trim(text.substr(digits));
  if (!number) return std::nullopt;
  for (const auto& unit : units) {
    if (name != unit.name) continue;
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (*number > largest / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

// In the largest unit that divides it.
std::string show_amount(std::uint64_t amount, std::span<const Unit> units) {
  auto best = units.front();
  for (const auto& unit : units) {
    if (amount != 0 && amount % unit.factor == 0) best = unit;
  }
  return fmt::format("{}{}", amount / best.factor, best.name);
}

}  // namespace

std::optional<std::uint64_t> parse_whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.find(' ') != std::string_view::npos) return std::nullopt;
  const auto amount = parse_amount(text, duration_units);
  if (!amount) return std::nullopt;
  return std::chrono::seconds{static_cast<std::int64_t>(*amount)};
}

std::string show_duration(std::chrono::seconds duration) {
  return show_amount(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse_amount(text, size_units); }
std::string show_size(std::uint64_t bytes) { return show_amount(bytes, size_units); }

std::optional<std::string> parse_origin(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return std::nullopt;
  boost::urls::url url(*parsed);
  url.normalize();
  const bool http = url.scheme() == "http";
  if ((!http && url.scheme() != "https") || url.host().empty() || url.has_userinfo()) return std::nullopt;
  if ((!url.encoded_path().empty() && url.encoded_path() != "/") || url.has_query() || url.has_fragment())
    return std::nullopt;
  if (url.has_port()) {
    const std::string port(url.port());  // may be empty: RFC 3986 §3.2.3's other way to say none
    const auto number = parse_whole_number(port);
    if (!port.empty() && (!number || *number == 0 || *number > std::numeric_limits<std::uint16_t>::max()))
      return std::nullopt;
    if (port.empty() || number == (http ? 80U : 443U)) url.remove_port();
  }
  return fmt::format("{}://{}", std::string(url.scheme()), std::string(url.encoded_host_and_port()));
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!trim(text).empty()) {
    const auto comma = std::min(text.find(','), text.size());
    items.emplace_back(trim(text.substr(0, comma)));
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
    if (trim(text).empty()) items.emplace_back();  // what follows the last comma is an item too, and a bad one
  }
  return items;
}

std::string show_list(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, ",")); }

}  // namespace voyages::part
