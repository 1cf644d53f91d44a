#include "base/email_address.h"

#include <idn2.h>

#include <memory>
#include <optional>

#include "base/encoding.h"
#include "base/text.h"

namespace voyages {

namespace {

constexpr std::size_t max_bytes = 254;       // RFC 5321 §4.5.3.1.3, less the angle brackets
constexpr std::size_t max_local_bytes = 64;  // RFC 5321 §4.5.3.1.1

// RFC 5322 §3.2.3 atext, and RFC 6531 §3.3: any other UTF-8.
bool is_atext(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return true;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  for (const char c : text) {
    if (c != '.' && !is_atext(c)) return false;
  }
  return true;
}

bool is_host_name(std::string_view ascii) {
  if (ascii.find('.') == std::string_view::npos || ascii.size() > 253) return false;
  std::size_t label = 0;
  char previous = '.';
  for (const char c : ascii) {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c == '.') {
      if (label == 0 || previous == '-') return false;
      label = 0;
    } else if (letter_or_digit || (c == '-' && label > 0)) {
      if (++label > 63) return false;
    } else {
      return false;
    }
    previous = c;
  }
  return label > 0 && previous != '-';
}

// The domain's ASCII form in lower case, or nothing when IDNA 2008 does not allow it.
std::optional<std::string> to_ascii_domain(const std::string& domain) {
  char* ascii = nullptr;
  const int status =
      idn2_to_ascii_8z(domain.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(ascii, &idn2_free);
  if (status != IDN2_OK) return std::nullopt;
  auto lower = to_lower_ascii(ascii);
  if (!is_host_name(lower)) return std::nullopt;
  return lower;
}

}  // namespace

std::expected<Email, ErrorCode> Email::parse(std::string_view input) {
  const auto text = trim(input);
  const auto at = text.rfind('@');
  if (text.size() > max_bytes || at == std::string_view::npos || !is_utf8(text)) return std::unexpected(invalid_email);
  const auto local = text.substr(0, at);
  if (local.size() > max_local_bytes || !is_dot_atom(local)) return std::unexpected(invalid_email);
  const std::string domain(text.substr(at + 1));
  if (domain.find('\0') != std::string::npos) return std::unexpected(invalid_email);
  const auto ascii_domain = to_ascii_domain(domain);
  if (!ascii_domain) return std::unexpected(invalid_email);
  return Email(std::string(text), to_lower_ascii(to_nfc(local)) + '@' + *ascii_domain);
}

}  // namespace voyages
