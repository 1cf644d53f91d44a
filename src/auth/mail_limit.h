#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/table.h"

namespace voyages::auth {

/// Somebody asks us to mail an address.
struct AskedMail {
  std::string_view kind;           // `reset`; each kind is counted by itself
  std::string_view email;          // in its one spelling
  std::string_view network;        // who asks: `client_network`, or a user's id
  std::string_view owner_id = {};  // the address's account; networks that it is known in have allowances of their own
};

/// The leave to send it.
struct MailAllowance {
  std::vector<store::Write> writes;  // count the mail; refused when another was counted at the same moment
  bool from_stranger = true;
};

/// Lets a mail through to an address at most once a minute, and only so often within an hour, so that nobody fills a
/// stranger's mailbox by our hand. What strangers ask for is counted by their network and all together; what is asked
/// for from a network that the account has signed in from is counted there alone, so strangers cannot use it up.
/// Otherwise returns when to ask again.
std::expected<MailAllowance, Time> allow_mail(store::Table& table, const AskedMail& mail, Time now);

}  // namespace voyages::auth
