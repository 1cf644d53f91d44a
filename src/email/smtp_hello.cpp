#include "email/smtp_hello.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace voyages::email {

namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035 §2.3.4, as text
constexpr std::size_t longest_label = 63;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 5321 §4.1.2 sub-domain.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= longest_label && !text.starts_with('-') && !text.ends_with('-') &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// A name that others may know, and no address.
bool names_a_host(std::string_view name) {
  if (name.empty() || name.size() > longest_name) return false;
  std::string_view label;
  for (auto rest = name; !rest.empty(); rest.remove_prefix(std::min(label.size() + 1, rest.size()))) {
    label = rest.substr(0, rest.find('.'));
    if (!is_label(label)) return false;
  }
  const bool is_number = std::ranges::all_of(label, is_digit);
  // RFC 6761 §6.3; Red Hat's name for a machine without one.
  return !name.ends_with('.') && !is_number && !equal_ignoring_case(label, "localhost") &&
         !equal_ignoring_case(label, "localdomain");
}

}  // namespace

std::string choose_hello_name(std::string_view wished, std::string_view machine, std::string_view local_address) {
  if (wished.find('.') != std::string_view::npos && names_a_host(wished)) return std::string(wished);
  if (names_a_host(machine)) return std::string(machine);
  // RFC 5321 §4.1.3.
  const bool is_v6 = local_address.find(':') != std::string_view::npos;
  return (is_v6 ? "[IPv6:" : "[") + std::string(local_address) + ']';
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

}  // namespace voyages::email
