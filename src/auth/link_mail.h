#pragma once

#include <string>
#include <string_view>

#include "auth/auth.h"
#include "auth/mail_link.h"
#include "auth/user.h"
#include "base/email_address.h"
#include "http/context.h"

namespace voyages::auth {

/// A mail with a link that anybody may ask us to send to an account's address.
struct LinkMail {
  MailLinkKind link;
  std::string User::* open_links;
  std::string_view attribute;  // that member's name in the table
  std::string_view kind;       // what `allow_mail` counts it as
  std::string_view template_name;
  bool (*is_for)(const User& user);  // whether this account may have it
};

/// The job's body: the address, and the network that asks.
std::string link_mail_errand(const Email& email, const http::Context& context);

/// Mails a link if the address has such an account, as far as the limits allow. Links that were mailed before stay
/// good: else anybody could void the one that its owner is about to open.
void send_link_mail(Auth& auth, const LinkMail& mail, std::string_view errand, Time now);

}  // namespace voyages::auth
