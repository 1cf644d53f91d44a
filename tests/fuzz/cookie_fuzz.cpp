#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "http/cookies.h"

// A cookie that is found stands in the field, behind its name, and is made of characters that a cookie may have.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// RFC 6265 §4.1.1 cookie-octet, as the grammar lists them.
bool is_cookie_octet(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte <= 0x2b) || (byte >= 0x2d && byte <= 0x3a) ||
         (byte >= 0x3c && byte <= 0x5b) || (byte >= 0x5d && byte <= 0x7e);
}

void check(std::string_view field, std::string_view name) {
  const auto value = voyages::http::find_cookie(field, name);
  if (!value) return;
  for (const char c : *value) require(is_cookie_octet(c));
  const std::less_equal<> not_after;
  require(not_after(field.data(), value->data()));
  require(not_after(value->data() + value->size(), field.data() + field.size()));
  auto before = field.substr(0, static_cast<std::size_t>(value->data() - field.data()));
  if (before.ends_with('"')) before.remove_suffix(1);
  require(before.ends_with('='));
  before.remove_suffix(1);
  require(before.ends_with(name));
}

}  // namespace

// The name ends with the first line: names of ours have no line break.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.find('\n');
  check(input, "a");
  if (line != std::string_view::npos) check(input.substr(line + 1), input.substr(0, line));
  return 0;
}
