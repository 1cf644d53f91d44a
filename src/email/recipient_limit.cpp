#include "email/recipient_limit.h"

#include <algorithm>

#include "base/uuid.h"

namespace voyages::email {

std::size_t count_mails_before(Emails& emails, std::string_view email_normalised, std::string_view before,
                               Time queued_at) {
  const std::size_t limit = emails.options.recipient_limit;
  // Ids sort by the time they were made in.
  const auto page = emails.table.query({.pk = recipient_partition(email_normalised),
                                        .sk_from = first_uuid7(queued_at - std::chrono::hours(1)),
                                        .sk_to = std::string(before),
                                        .limit = std::min<std::size_t>(limit + 1, 1000)});
  return page.items.size();
}

}  // namespace voyages::email
