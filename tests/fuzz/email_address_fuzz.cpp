#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/email_address.h"
#include "base/visible_text.h"
#include "email/mailbox_text.h"

// An address that is accepted is accepted again as it is kept, hides nothing, and its domain is LDH labels.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_ldh(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

void check_address(const std::string& text) {
  const auto again = voyages::Email::parse(text);
  require(again && again->text() == text);
  require(text.size() <= 254 && !voyages::has_hidden_character(text));
  const auto domain = std::string_view(text).substr(text.rfind('@') + 1);
  require(domain.size() <= 253 && domain.find('.') != std::string_view::npos && std::ranges::all_of(domain, is_ldh));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto email = voyages::Email::parse(input)) check_address(email->text());
  if (const auto mailbox = voyages::email::parse_mailbox(input)) {
    check_address(mailbox->address);
    require(!voyages::has_hidden_character(mailbox->name));
  }
  return 0;
}
