#include "base/strict_json.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "base/encoding.h"

namespace voyages {

namespace {

namespace json = boost::json;

// The names of the objects that are still open, the innermost object's last.
class OpenNames {
 public:
  explicit OpenNames(std::string_view text) : text_(text) { names_.reserve(32); }

  void add_part(std::string_view part) { unfinished_ += part; }

  void add(std::string_view last_part) {
    if (!unfinished_.empty() || !is_in_text(last_part)) {
      // Escaped: the parser's own copy of it is gone after this call.
      last_part = copies_.emplace_back(unfinished_.append(last_part));
      unfinished_.clear();
    }
    names_.push_back(last_part);
  }

  // Forgets the innermost object's `count` names. Answers one that was there twice.
  std::optional<std::string_view> close(std::size_t count) {
    const auto first = names_.end() - static_cast<std::ptrdiff_t>(count);
    const auto duplicate = count <= few ? find_in_few(first) : find_in_many(first);
    names_.erase(first, names_.end());
    return duplicate;
  }

 private:
  using Iterator = std::vector<std::string_view>::iterator;
  // Up to here comparing every pair is cheaper than sorting; beyond, a hostile object must not cost its square.
  static constexpr std::size_t few = 16;

  [[nodiscard]] bool is_in_text(std::string_view name) const {
    const std::less_equal<const char*> at_or_before;
    return at_or_before(text_.data(), name.data()) &&
           at_or_before(name.data() + name.size(), text_.data() + text_.size());
  }

  std::optional<std::string_view> find_in_few(Iterator first) {
    for (auto name = first; name != names_.end(); ++name) {
      if (std::find(first, name, *name) != name) return *name;
    }
    return std::nullopt;
  }

  std::optional<std::string_view> find_in_many(Iterator first) {
    std::sort(first, names_.end());
    const auto duplicate = std::adjacent_find(first, names_.end());
    return duplicate == names_.end() ? std::nullopt : std::optional(*duplicate);
  }

  std::string_view text_;
  std::string unfinished_;
  std::deque<std::string> copies_;  // a deque, since `names_` points into it
  std::vector<std::string_view> names_;
};

// What Boost's own parser does with each event, and the two checks that it lacks.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  explicit StrictHandler(std::string_view text) : names_(text), values_({}, buffer_.data(), buffer_.size()) {
    values_.reset();
  }

  json::value release() { return values_.release(); }
  [[nodiscard]] const std::optional<std::string>& duplicate() const { return duplicate_; }

  bool on_document_begin(json::error_code& /*error*/) { return true; }
  bool on_document_end(json::error_code& /*error*/) { return true; }
  bool on_object_begin(json::error_code& /*error*/) { return true; }
  bool on_object_end(std::size_t count, json::error_code& error) {
    if (const auto duplicate = names_.close(count)) {
      duplicate_ = *duplicate;
      return refuse(error);
    }
    values_.push_object(count);
    return true;
  }
  bool on_array_begin(json::error_code& /*error*/) { return true; }
  bool on_array_end(std::size_t count, json::error_code& /*error*/) {
    values_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    names_.add_part(part);
    values_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    names_.add(part);
    values_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t /*size*/, json::error_code& /*error*/) {
    values_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_int64(std::int64_t number, json::string_view /*part*/, json::error_code& /*error*/) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view /*part*/, json::error_code& /*error*/) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view /*part*/, json::error_code& error) {
    if (!std::isfinite(number)) return refuse(error);  // 1e999: what we would write back is not JSON
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool value, json::error_code& /*error*/) {
    values_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code& /*error*/) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view /*part*/, json::error_code& /*error*/) { return true; }
  bool on_comment(json::string_view /*part*/, json::error_code& /*error*/) { return true; }

 private:
  static bool refuse(json::error_code& error) {
    error = json::error::syntax;
    return false;
  }

  OpenNames names_;
  std::array<unsigned char, 2048> buffer_;  // spares small texts the heap
  json::value_stack values_;
  std::optional<std::string> duplicate_;
};

JsonFault::Kind kind_of(const json::error_code& error, std::string_view text) {
  if (error == json::error::too_deep) return JsonFault::Kind::too_deep;
  return is_utf8(text) ? JsonFault::Kind::syntax : JsonFault::Kind::not_utf8;
}

}  // namespace

std::expected<boost::json::value, JsonFault> parse_strict_json(std::string_view text, JsonLimits limits) {
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::basic_parser<StrictHandler> parser(options, text);
  json::error_code error;
  const std::size_t length = parser.write_some(false, text.data(), text.size(), error);
  if (!error && length < text.size()) error = json::error::extra_data;
  if (!error) return parser.handler().release();
  const auto& duplicate = parser.handler().duplicate();
  if (duplicate) return std::unexpected(JsonFault{JsonFault::Kind::duplicate_name, length, *duplicate});
  return std::unexpected(JsonFault{kind_of(error, text), length, {}});
}

}  // namespace voyages
