#include "dead_letters/part.h"

#include "dead_letters/commands.h"
#include "dead_letters/routes.h"
#include "store/dead_letters.h"

namespace voyages::dead_letters {

part::Part make_part() {
  return {.name = "dead letters",
          .items = store::dead_letter_items,
          .permissions = {{"dead-letters:read", "See queued work that failed for good", {"admin"}},
                          {"dead-letters:write", "Retry and discard queued work that failed for good", {"admin"}}},
          .commands = commands(),
          .open = [](const part::House& house) -> part::Service {
            auto& letters = house.offers.get<store::DeadLetters>();
            return {.add_routes = [&letters, &table = house.table](http::Router& router) {
              add_routes(router, letters, table);
            }};
          }};
}

}  // namespace voyages::dead_letters
