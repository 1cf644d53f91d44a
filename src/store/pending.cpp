#include "store/pending.h"

#include <fmt/format.h>

namespace voyages::store {

namespace {

constexpr auto look_again_after = std::chrono::hours(1);
constexpr std::size_t page_size = 100;
constexpr std::size_t most_at_once = 10'000;

// Sorts as time does: everything that is due by then sorts before it.
std::string before(Time time) { return fmt::format("{:015}", to_ms(time)); }

IndexKey place(std::string_view index, std::string_view id, Time look_at) {
  return {std::string(index), before(look_at) + '#' + std::string(id)};
}

// What follows the time.
std::string_view id_of(const Item& item) {
  const std::string_view sk = item.index->sk;
  return sk.substr(sk.find('#') + 1);
}

Write move_on(const Item& item, std::string_view index, Time look_at) {
  return Update{.key = item.key,
                .set = {{"look_at", to_ms(look_at)}},
                .index = place(index, id_of(item), look_at),
                .conditions = {equals("look_at", item.number("look_at"))}};
}

// Together, since thousands of commits would hold up everybody else's. A worker that takes one of them meanwhile makes
// the table refuse them all: then one by one.
void write_each(Table& table, std::span<const Write> writes) {
  if (writes.empty() || table.write(writes)) return;
  for (const auto& write : writes) (void)table.write({&write, 1});
}

}  // namespace

void set_pending(Item& item, std::string_view index, std::string_view id, Time look_at) {
  item.attributes["look_at"] = to_ms(look_at);
  item.index = place(index, id, look_at);
}

void clear_pending(Item& item) {
  item.attributes.erase("look_at");
  item.index.reset();
}

void try_to_queue(Logger& log, std::string_view kind, std::string_view id, const std::function<void()>& send) {
  try {
    send();
  } catch (const std::exception& exception) {
    log.warn("recorded work was not queued; it will be in some minutes",
             {{"kind", kind}, {"id", id}, {"error", exception.what()}});
  }
}

std::size_t queue_lost(Table& table, Queue& queue, std::string_view index, Time now,
                       const std::function<NewMessage(const Item&)>& message_of) {
  std::size_t count = 0;
  Query query{.source = Query::Source::index, .pk = std::string(index), .sk_to = before(now), .limit = page_size};
  do {
    // Each one that was queued moves on in the index, but the index may show it in its old place for a while.
    const auto page = table.query(query);
    std::vector<NewMessage> messages;
    std::vector<Write> moves;
    for (const auto& item : page.items) {
      messages.push_back(message_of(item));
      moves.push_back(move_on(item, index, now + look_again_after));
    }
    if (!messages.empty()) queue.send_all(messages);
    write_each(table, moves);
    count += messages.size();
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty() && count < most_at_once);
  return count;
}

}  // namespace voyages::store
