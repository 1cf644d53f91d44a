#include "store/dead_letters.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/uuid.h"

namespace voyages::store {

namespace {

constexpr auto& letter_keys = dead_letter_items[0];
constexpr auto letters_kept = std::chrono::days(30);
constexpr std::size_t max_reason_bytes = 1000;
// Looking at all of them for each would cost more than a few too many do.
constexpr std::uint32_t trim_every = 32;
constexpr std::size_t trim_page = 100;

Key letter_key(std::string_view id) { return {key_part(letter_keys.pk, id), std::string(letter_keys.sk)}; }

// What an exception says may be of any bytes and length; the table takes UTF-8.
std::string storable(std::string_view text) {
  auto cut = text.substr(0, max_reason_bytes);
  while (!cut.empty() && cut.size() < text.size() && (static_cast<unsigned char>(text[cut.size()]) & 0xC0) == 0x80) {
    cut.remove_suffix(1);
  }
  return is_utf8(cut) ? std::string(cut) : "a reason that is not UTF-8";
}

}  // namespace

Query dead_letters_query() {
  return {.source = Query::Source::index, .pk = std::string(letter_keys.index), .newest_first = true};
}

DeadLetter to_dead_letter(const Item& item) {
  return {.id = item.key.pk.substr(letter_keys.pk.size()),
          .message = {.id = std::string(item.text("message_id")),
                      .kind = std::string(item.text("kind")),
                      .body = std::string(item.text("body")),
                      .attempt = static_cast<std::uint32_t>(item.number("attempts")),
                      .enqueued_at = from_ms(item.number("enqueued_at"))},
          .reason = std::string(item.text("reason")),
          .died_at = from_ms(item.number("died_at"))};
}

void DeadLetters::bury(const QueueMessage& message, std::string_view reason, Time now) {
  const auto id = new_uuid7(now);
  const Write write = Put{{letter_key(id),
                           {{"message_id", message.id},
                            {"kind", message.kind},
                            {"body", message.body},
                            {"attempts", std::int64_t{message.attempt}},
                            {"enqueued_at", to_ms(message.enqueued_at)},
                            {"reason", storable(reason)},
                            {"died_at", to_ms(now)}},
                           IndexKey{std::string(letter_keys.index), id},
                           now + letters_kept}};
  (void)table_.write({&write, 1});  // without conditions it cannot be refused
  if (buried_++ % trim_every == 0) trim();
}

DeadLetterPage DeadLetters::list(std::size_t limit, std::string_view cursor) {
  auto query = dead_letters_query();
  query.limit = limit;
  query.cursor = std::string(cursor);
  const auto page = table_.query(query);
  DeadLetterPage letters{.items = {}, .next_cursor = page.next_cursor};
  std::ranges::transform(page.items, std::back_inserter(letters.items), to_dead_letter);
  return letters;
}

bool DeadLetters::retry(std::string_view id) {
  const auto item = get(table_, letter_key(id));
  if (!item) return false;
  const auto letter = to_dead_letter(*item);
  queue_.send(letter.message.kind, letter.message.body);
  return discard(id);
}

bool DeadLetters::discard(std::string_view id) {
  const Write write = Delete{letter_key(id), {item_exists()}};
  return table_.write({&write, 1}).has_value();
}

void DeadLetters::trim() {
  auto query = dead_letters_query();
  query.limit = trim_page;
  std::size_t seen = 0;
  do {
    const auto page = table_.query(query);
    std::vector<Write> surplus;
    for (const auto& item : page.items) {
      if (++seen > most_) surplus.emplace_back(Delete{item.key});
    }
    if (!surplus.empty()) (void)table_.write(surplus);  // without conditions it cannot be refused
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
}

}  // namespace voyages::store
