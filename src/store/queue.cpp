#include "store/queue.h"

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"

namespace voyages::store {

namespace {

constexpr std::size_t max_body_bytes = 256 * 1024;
constexpr std::size_t max_kind_bytes = 64;

bool is_kind_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// What XML 1.0 §2.2 has no character for, SQS does not take: U+FFFE, U+FFFF and most control characters.
bool has_unsendable(std::string_view utf8) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  return std::ranges::any_of(utf8, is_control) || utf8.find("\xEF\xBF\xBE") != std::string_view::npos ||
         utf8.find("\xEF\xBF\xBF") != std::string_view::npos;
}

}  // namespace

bool is_message_kind(std::string_view text) {
  return !text.empty() && text.size() <= max_kind_bytes && std::ranges::all_of(text, is_kind_character);
}

void validate_message(std::string_view kind, std::string_view body, std::chrono::seconds delay) {
  if (!is_message_kind(kind)) {
    throw std::invalid_argument("a message's kind is 1 to 64 characters of [A-Za-z0-9._-]");
  }
  if (body.empty() || body.size() > max_body_bytes) {
    throw std::invalid_argument("a message's body has no bytes, or over 256 KB");
  }
  if (!is_utf8(body)) throw std::invalid_argument("a message's body is not UTF-8");
  if (has_unsendable(body)) throw std::invalid_argument("a message's body has a control character");
  if (delay < std::chrono::seconds{0} || delay > longest_delay) {
    throw std::invalid_argument("a message's delay is negative, or over 15 minutes");
  }
}

}  // namespace voyages::store
