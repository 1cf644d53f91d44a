#pragma once

#include <string>
#include <string_view>

#include "auth/table_keys.h"
#include "base/clock.h"
#include "store/counter.h"

namespace voyages::auth {

inline constexpr std::chrono::seconds mail_interval = std::chrono::minutes(1);

/// The kinds of mail that strangers can cause.
inline constexpr std::string_view limited_mails[] = {"reset", "verify", "exists"};

inline store::Key mail_limit_key(std::string_view email_normalised, std::string_view kind) {
  return {store::key_part(table_keys::login, email_normalised), store::key_part(table_keys::mail, kind)};
}

/// A write that is refused while a mail of this kind went to this address less than a minute ago, so that nobody fills
/// a stranger's mailbox by our hand.
inline store::Write limit_mail(std::string_view email_normalised, std::string_view kind, Time now) {
  return store::count_one_below(mail_limit_key(email_normalised, kind), std::nullopt, 1, now + mail_interval);
}

}  // namespace voyages::auth
