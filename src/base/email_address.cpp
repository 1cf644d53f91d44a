#include "base/email_address.h"

#include <idn2.h>
#include <utf8proc.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/visible_text.h"

namespace voyages {

namespace {

constexpr std::size_t max_bytes = 254;       // RFC 5321 §4.5.3.1.3, less the angle brackets
constexpr std::size_t max_local_bytes = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t max_domain_bytes = 253;
constexpr std::size_t max_label_bytes = 63;

bool has_only_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 5322 §3.2.3 atext, and RFC 6531 §3.3: any other UTF-8.
bool is_atext(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return true;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

// What RFC 8265 §3.3 allows in a user name, without look-alikes: letters, marks, digits and signs of their own right
// (NFKC leaves them as they are), none of which is blank or without a meaning yet.
bool is_readable(std::string_view local) {
  if (has_hidden_character(local) || has_other_space(local) || to_nfkc(local) != local) return false;
  bool after_character = false;
  for (auto rest = local; !rest.empty();) {
    const auto c = take_character(rest);
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    const bool is_mark = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
    if (category == UTF8PROC_CATEGORY_CN || (is_mark && !after_character)) return false;
    after_character = c != '.';
  }
  return !mixes_alphabets(local, Within::text);
}

// RFC 5890 §2.3.1.
bool is_ldh_label(std::string_view label) {
  return !label.empty() && label.size() <= max_label_bytes && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

// RFC 5891 §5: the A-label of a U-label, if it is one. Without the mapping of UTS 46, which makes `℀` an `a/c`.
std::optional<std::string> to_a_label(const std::string& label) {
  char* ascii = nullptr;
  const int status = idn2_to_ascii_8z(label.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NO_TR46);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(ascii, &idn2_free);
  if (status != IDN2_OK || !is_ldh_label(ascii)) return std::nullopt;
  return std::string(ascii);
}

// RFC 5891 §5.4: what says that it is an A-label is one.
bool is_a_label(const std::string& label) {
  char* unicode = nullptr;
  const int status = idn2_to_unicode_8z8z(label.c_str(), &unicode, IDN2_NO_TR46);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(unicode, &idn2_free);
  return status == IDN2_OK && !has_only_ascii(unicode) && to_a_label(unicode) == label;
}

std::optional<std::string> to_ascii_label(std::string_view label) {
  if (!has_only_ascii(label)) return to_a_label(to_nfc(to_lower(label)));  // RFC 5895 §2, and no more is mapped
  auto lower = to_lower_ascii(label);
  if (!is_ldh_label(lower) || (lower.starts_with("xn--") && !is_a_label(lower))) return std::nullopt;
  return lower;
}

// The domain's ASCII form in lower case; absent when IDNA 2008 or the DNS does not allow it.
std::optional<std::string> to_ascii_domain(std::string_view domain) {
  std::string ascii;
  std::size_t labels = 0;
  for (bool last = false; !last; ++labels) {
    const auto end = domain.find('.');
    last = end == std::string_view::npos;
    const auto label = to_ascii_label(domain.substr(0, end));
    if (!label) return std::nullopt;
    // RFC 3696 §2: no top-level domain is a number, or `127.0.0.1` would be a name.
    if (last && std::ranges::all_of(*label, is_digit)) return std::nullopt;
    ascii += (labels > 0 ? "." : "") + *label;
    if (!last) domain.remove_prefix(end + 1);
  }
  if (labels < 2 || ascii.size() > max_domain_bytes) return std::nullopt;
  return ascii;
}

}  // namespace

std::expected<Email, ErrorCode> Email::parse(std::string_view input) {
  const auto text = trim(input);
  const auto at = text.rfind('@');
  if (text.size() > max_bytes || at == std::string_view::npos || !is_utf8(text)) return std::unexpected(invalid_email);
  const auto local = to_lower_ascii(to_nfc(text.substr(0, at)));
  if (local.size() > max_local_bytes || !is_dot_atom(local)) return std::unexpected(invalid_email);
  if (!has_only_ascii(local) && !is_readable(local)) return std::unexpected(invalid_email);
  const auto domain = to_ascii_domain(text.substr(at + 1));
  if (!domain || local.size() + 1 + domain->size() > max_bytes) return std::unexpected(invalid_email);
  return Email(local + '@' + *domain);
}

}  // namespace voyages
