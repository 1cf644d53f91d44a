#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/table.h"

namespace voyages::auth {

/// A write that is refused while a mail of this kind went to this address less than a minute ago, so that nobody fills
/// a stranger's mailbox by our hand.
inline store::Write limit_mail(std::string_view email_normalised, std::string_view kind, Time now) {
  return store::Put{{{"LOGIN#" + std::string(email_normalised), "MAIL#" + std::string(kind)},
                     {},
                     std::nullopt,
                     now + std::chrono::minutes(1)},
                    {store::item_absent()}};
}

}  // namespace voyages::auth
