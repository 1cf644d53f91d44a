#include "aws/s3/xml.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.h"

namespace voyages::aws::s3 {

namespace {

constexpr int most_deep = 16;
constexpr std::string_view space = " \t\r\n";

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
}

std::string to_utf8(std::uint32_t point) {
  std::string text;
  if (point < 0x80) return {static_cast<char>(point)};
  if (point >= 0x10000) {
    text += static_cast<char>(0xF0U | (point >> 18U));
    text += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
  } else if (point >= 0x800) {
    text += static_cast<char>(0xE0U | (point >> 12U));
  }
  text += point < 0x800 ? static_cast<char>(0xC0U | (point >> 6U)) : static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
  text += static_cast<char>(0x80U | (point & 0x3FU));
  return text;
}

// XML 1.0 §4.1 and §4.6: what stands between `&` and `;`.
std::optional<std::string> resolve(std::string_view reference) {
  constexpr std::pair<std::string_view, std::string_view> entities[] = {
      {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
  const auto* entity = std::ranges::find(entities, reference, &std::pair<std::string_view, std::string_view>::first);
  if (entity != std::end(entities)) return std::string(entity->second);
  if (!reference.starts_with('#')) return std::nullopt;
  reference.remove_prefix(1);
  const bool hexadecimal = reference.starts_with('x');
  if (hexadecimal) reference.remove_prefix(1);
  std::uint32_t point = 0;
  const auto [rest, error] =
      std::from_chars(reference.data(), reference.data() + reference.size(), point, hexadecimal ? 16 : 10);
  if (error != std::errc() || rest != reference.data() + reference.size()) return std::nullopt;
  if (point == 0 || point > 0x10FFFF) return std::nullopt;
  auto text = to_utf8(point);
  if (!is_utf8(text)) return std::nullopt;  // a surrogate
  return text;
}

std::optional<std::string> resolve_all(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const auto mark = std::min(raw.find('&'), raw.size());
    text += raw.substr(0, mark);
    raw.remove_prefix(mark);
    if (raw.empty()) break;
    const auto end = raw.find(';');
    const auto resolved = end == std::string_view::npos ? std::nullopt : resolve(raw.substr(1, end - 1));
    if (!resolved) return std::nullopt;
    text += *resolved;
    raw.remove_prefix(end + 1);
  }
  return text;
}

class Reader {
 public:
  Reader(std::string_view document, const XmlLeaf& leaf) : rest_(document), leaf_(leaf) {}

  bool read() {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    if (rest_.starts_with("<?xml ") && !skip_past("?>")) return false;
    skip_space();
    do {
      if (!read_tag()) return false;
    } while (depth_ > 0);
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(space), rest_.size())); }

  bool skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }

  // One tag, and the text before it.
  bool read_tag() {
    const auto at = rest_.find('<');
    if (at == std::string_view::npos || (depth_ == 0 && at != 0)) return false;
    const auto text = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    const bool is_end = rest_.starts_with('/');
    if (is_end) rest_.remove_prefix(1);
    const auto name_end = rest_.find_first_of(" \t\r\n/>");
    if (name_end == std::string_view::npos) return false;
    const auto name = rest_.substr(0, name_end);
    rest_.remove_prefix(name_end);
    if (!is_name(name)) return false;
    return is_end ? close(name, text) : open(name);
  }

  bool open(std::string_view name) {
    if (depth_ == most_deep) return false;
    ++depth_;
    if (!path_.empty()) path_ += '/';
    path_ += name;
    inside_leaf_ = true;
    char quote = '\0';
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      if (quote == '\0' && (c == '>' || c == '<')) break;
      if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = '\0';
      }
      empty_ = c == '/';
    }
    if (!rest_.starts_with('>')) return false;
    rest_.remove_prefix(1);
    if (!std::exchange(empty_, false)) return true;
    return leave(name, {});
  }

  bool close(std::string_view name, std::string_view text) {
    skip_space();
    if (!rest_.starts_with('>')) return false;
    rest_.remove_prefix(1);
    return leave(name, text);
  }

  bool leave(std::string_view name, std::string_view text) {
    const auto parent_end = path_.rfind('/');
    const auto begin = parent_end == std::string::npos ? 0 : parent_end + 1;
    if (depth_ == 0 || std::string_view(path_).substr(begin) != name) return false;
    if (std::exchange(inside_leaf_, false)) {
      const auto resolved = resolve_all(text);
      if (!resolved) return false;
      leaf_(path_, *resolved);
    }
    --depth_;
    path_.resize(parent_end == std::string::npos ? 0 : parent_end);
    return true;
  }

  std::string_view rest_;
  const XmlLeaf& leaf_;
  std::string path_;
  int depth_ = 0;
  bool inside_leaf_ = false;
  bool empty_ = false;  // the tag that is read ends in `/>`
};

}  // namespace

bool read_xml(std::string_view document, const XmlLeaf& leaf) {
  return is_utf8(document) && Reader(document, leaf).read();
}

}  // namespace voyages::aws::s3
