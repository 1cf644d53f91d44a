#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "app/commands.h"
#include "app/engine.h"
#include "app/failure.h"
#include "base/uuid.h"

namespace voyages::app {

namespace {

// Reasons come from elsewhere, and bodies may have line ends: neither must move the terminal's cursor.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

void change(const Config& config, const std::string& id, bool (store::DeadLetters::*act)(std::string_view)) {
  Engine engine(config, store::sqlite::Access::shared, LogLevel::warn);
  if (is_uuid7(id) && (engine.app().dead_letters().*act)(id)) return;
  throw Failure("There is no such dead letter.", "See which there are: voyages dead-letters list");
}

}  // namespace

int dead_letters_list(const Config& config) {
  Engine engine(config, store::sqlite::Access::shared, LogLevel::warn);
  std::string cursor;
  std::size_t count = 0;
  do {
    const auto page = engine.app().dead_letters().list(200, cursor);
    for (const auto& each : page.items) {
      fmt::print("{}  {}  {:<22}  {} tries  {}  {}\n", each.id, to_rfc3339(each.died_at), each.message.kind,
                 each.message.attempt, on_one_line(each.message.body), on_one_line(each.reason));
    }
    count += page.items.size();
    cursor = page.next_cursor;
  } while (!cursor.empty());
  if (count == 0) fmt::print("No work failed for good.\n");
  return 0;
}

int dead_letters_retry(const Config& config, const std::string& id) {
  change(config, id, &store::DeadLetters::retry);
  fmt::print("Queued again.\n");
  return 0;
}

int dead_letters_discard(const Config& config, const std::string& id) {
  change(config, id, &store::DeadLetters::discard);
  fmt::print("Discarded.\n");
  return 0;
}

}  // namespace voyages::app
