#include "email/recipient_limit.h"

#include <algorithm>

#include "base/uuid.h"
#include "email/record.h"

namespace voyages::email {

namespace {

// An hour's mails, sent or not, that are looked through. An address with more has room for none.
constexpr std::size_t most_entries = 1000;

}  // namespace

bool has_room(Emails& emails, std::string_view email_normalised, MailCause cause, std::string_view before,
              Time queued_at) {
  const std::size_t limit = emails.options.recipient_limit;
  if (limit == 0) return true;
  const auto counts = [cause](const store::Item& entry) {
    return counts_for_recipient(entry) && is_by_stranger(entry) == (cause == MailCause::strangers);
  };
  // Ids sort by the time they were made in.
  store::Query query{.pk = recipient_partition(email_normalised),
                     .sk_from = first_uuid7(queued_at - std::chrono::hours(1)),
                     .sk_to = std::string(before),
                     .limit = 100};
  std::size_t seen = 0;
  std::size_t counted = 0;
  do {
    const auto page = emails.table.query(query);
    seen += page.items.size();
    counted += static_cast<std::size_t>(std::ranges::count_if(page.items, counts));
    query.cursor = page.next_cursor;
  } while (counted < limit && seen < most_entries && !query.cursor.empty());
  return counted < limit && query.cursor.empty();
}

}  // namespace voyages::email
