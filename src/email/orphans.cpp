#include "email/orphans.h"

#include "base/uuid.h"
#include "email/record.h"

namespace voyages::email {

namespace {

constexpr std::string_view prefix = "mail/";
constexpr std::size_t at_once = 100;
constexpr std::size_t most_pages = 50;
constexpr std::size_t mail_id_length = 36;
// Attachments are stored a moment before their mail.
constexpr auto young = std::chrono::hours(1);

}  // namespace

std::size_t remove_orphans(Emails& emails, std::string& cursor, Time now) {
  const auto too_young = first_uuid7(now - young);
  std::size_t count = 0;
  for (std::size_t page = 0; page < most_pages; ++page) {
    const auto names = emails.blobs.list(prefix, cursor, at_once);
    for (const auto& name : names) {
      const auto id = std::string_view(name).substr(prefix.size(), mail_id_length);
      if (id >= too_young || get(emails.table, mail_key(id))) continue;
      emails.blobs.remove(name);
      ++count;
    }
    cursor = names.size() < at_once ? std::string() : names.back();
    if (cursor.empty()) break;
  }
  return count;
}

}  // namespace voyages::email
