#include "dead_letters/commands.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "base/terminal.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "store/dead_letters.h"

namespace voyages::dead_letters {

namespace {

int list_all(part::Shell& shell) {
  auto& letters = shell.house().offers.get<store::DeadLetters>();
  std::string cursor;
  std::size_t count = 0;
  do {
    const auto page = letters.list(200, cursor);
    for (const auto& each : page.items) {
      // Reasons come from elsewhere, and bodies may have line ends: neither must move the terminal's cursor.
      write_out("{}  {}  {:<22}  {} tries  {}  {}\n", each.id, to_rfc3339(each.died_at), each.message.kind,
                each.message.attempt, to_one_line(each.message.body), to_one_line(each.reason));
    }
    count += page.items.size();
    cursor = page.next_cursor;
  } while (!cursor.empty());
  if (count == 0) write_out("No work failed for good.\n");
  return 0;
}

part::Command for_letter(const std::string& path, const std::string& description, std::string_view done,
                         bool (store::DeadLetters::*act)(std::string_view)) {
  return {.path = path,
          .description = description,
          .arguments = {{.name = "ID", .description = "The dead letter's id.", .required = true}},
          .run = [act, done](const part::Arguments& typed, part::Shell& shell) {
            auto& letters = shell.house().offers.get<store::DeadLetters>();
            const auto id = typed.value("ID");
            if (!is_uuid7(id) || !(letters.*act)(id)) {
              throw Failure("There is no such dead letter.", "See which there are: voyages dead-letters list");
            }
            write_out("{}\n", done);
            return 0;
          }};
}

}  // namespace

std::vector<part::Command> commands() {
  return {{.path = "dead-letters", .description = "See queued work that failed for good, and try it again."},
          {.path = "dead-letters list",
           .description = "List it, newest first.",
           .run = [](const part::Arguments&, part::Shell& shell) { return list_all(shell); }},
          for_letter("dead-letters retry", "Put it back into the queue, with all its tries.", "Queued again.",
                     &store::DeadLetters::retry),
          for_letter("dead-letters discard", "Give it up.", "Discarded.", &store::DeadLetters::discard)};
}

}  // namespace voyages::dead_letters
