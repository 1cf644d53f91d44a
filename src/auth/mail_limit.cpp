#include "auth/mail_limit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/table_keys.h"
#include "auth/throttle.h"
#include "store/counter.h"

namespace voyages::auth {

namespace {

constexpr std::chrono::seconds window = std::chrono::hours(1);
constexpr std::chrono::seconds interval = std::chrono::minutes(1);

// Mails of one kind to one address within the window. `max_open_links` is as many as two windows can bring.
constexpr std::int64_t per_address = 5;          // by strangers, all together
constexpr std::int64_t per_strange_network = 3;  // so one network cannot use up what strangers have together
constexpr std::int64_t per_known_network = 5;

/// A count of mails, as it was read.
struct Counter {
  store::Key key;
  std::optional<store::Item> item;
  std::int64_t limit;

  // Until when it lets no mail through; not after now: it does.
  [[nodiscard]] Time closed_until(Time now) const {
    if (store::counted(item) >= limit) return store::window_end(item, window, now);
    return item ? from_ms(item->number("last_at")) + interval : now;
  }

  [[nodiscard]] store::Update count(Time now) const {
    auto update = store::count_one(key, store::window_end(item, window, now));
    update.set = {{"last_at", to_ms(now)}};
    update.conditions = {item ? store::equals("count", store::counted(item)) : store::item_absent()};
    return update;
  }
};

}  // namespace

std::expected<MailAllowance, Time> allow_mail(store::Table& table, const AskedMail& mail, Time now) {
  const auto partition = store::key_part(table_keys::login, mail.email);
  const auto sort_key = std::string(mail.kind) + '#' + std::string(mail.network);
  std::vector<store::Key> keys{{partition, store::key_part(table_keys::mail_from, sort_key)},
                               {partition, store::key_part(table_keys::mail, mail.kind)}};
  if (!mail.owner_id.empty()) keys.push_back(Throttle::known_key(mail.owner_id, mail.network));
  auto items = table.get(keys, store::Consistency::strong);
  const bool is_known = items.size() == 3 && items[2];

  std::vector<Counter> counters{{keys[0], std::move(items[0]), is_known ? per_known_network : per_strange_network}};
  if (!is_known) counters.push_back({keys[1], std::move(items[1]), per_address});
  MailAllowance allowance{.writes = {}, .from_stranger = !is_known};
  auto closed_until = now;
  for (const auto& counter : counters) {
    closed_until = std::max(closed_until, counter.closed_until(now));
    allowance.writes.emplace_back(counter.count(now));
  }
  if (closed_until > now) return std::unexpected(closed_until);
  return allowance;
}

}  // namespace voyages::auth
