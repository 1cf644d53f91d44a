#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "email/emails.h"

namespace voyages::email {

inline constexpr ErrorCode invalid_unsubscribe{"invalid_link",
                                               "This link is not one of ours. Use it as it stands in the mail."};

/// What lets whoever has a mail unsubscribe its address from bulk mail, and do nothing else. It never expires.
std::string unsubscribe_token(const Emails& emails, std::string_view email_normalised);
/// For the mail's header (RFC 8058): a POST to it unsubscribes.
std::string unsubscribe_url(const Emails& emails, std::string_view token);
/// For the mail's text: a page that asks first.
std::string unsubscribe_page(const Emails& emails, std::string_view token);

/// `POST /unsubscribe/{token}`.
Result<void> unsubscribe(Emails& emails, std::string_view token, Time now);

}  // namespace voyages::email
