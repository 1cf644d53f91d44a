#include "email/mailbox_text.h"

#include <utility>

#include "base/email_address.h"
#include "base/text.h"
#include "base/visible_text.h"

namespace voyages::email {

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  if (text.size() > 500) return std::nullopt;
  Mailbox mailbox;
  const auto open = text.rfind('<');
  const bool named = open != std::string_view::npos && text.ends_with('>');
  const auto address = Email::parse(named ? text.substr(open + 1, text.size() - open - 2) : text);
  if (!address) return std::nullopt;
  mailbox.address = address->text();
  const auto typed = trim(text.substr(0, named ? open : 0));
  if (typed.empty()) return mailbox;
  auto name = to_visible_name(typed);
  if (!name) return std::nullopt;
  mailbox.name = std::move(*name);
  return mailbox;
}

std::string show_mailbox(const Mailbox& mailbox) {
  return mailbox.name.empty() ? mailbox.address : mailbox.name + " <" + mailbox.address + ">";
}

}  // namespace voyages::email
