#include "email/mailbox_text.h"

#include <algorithm>

#include "base/email_address.h"
#include "base/encoding.h"

namespace voyages::email {

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
  if (text.size() > 500 || !is_utf8(text) || !std::ranges::all_of(text, is_plain)) return std::nullopt;
  Mailbox mailbox;
  const auto open = text.rfind('<');
  const bool named = open != std::string_view::npos && text.ends_with('>');
  const auto address = Email::parse(named ? text.substr(open + 1, text.size() - open - 2) : text);
  if (!address) return std::nullopt;
  mailbox.address = address->text();
  if (named) mailbox.name = text.substr(0, text.find_last_not_of(' ', open == 0 ? 0 : open - 1) + 1);
  if (named && open == 0) mailbox.name.clear();
  return mailbox;
}

std::string show_mailbox(const Mailbox& mailbox) {
  return mailbox.name.empty() ? mailbox.address : mailbox.name + " <" + mailbox.address + ">";
}

}  // namespace voyages::email
