#pragma once

#include <fmt/format.h>

#include <boost/describe.hpp>
#include <memory>
#include <string>

#include "http/endpoint.h"
#include "part/part.h"
#include "part/setting_kinds.h"

/// A service as `docs/architecture.md` says to add one, in one file: it lends toys.
namespace voyages::toys {

struct ToyOptions {
  std::uint32_t most = 3;
};

/// What the use cases work with.
struct Toys {
  store::Table& table;
  store::Queue& queue;
  ToyOptions options;
};

inline constexpr std::string_view wash = "toys.wash";  // the queue's kind; the body is a user's id
inline constexpr ErrorCode enough_toys{"enough_toys", "You have as many toys as one can have. Bring one back."};

inline store::Key toys_key(std::string_view user_id) { return {"TOYS#" + std::string(user_id), "TOYS"}; }

inline constexpr store::ItemKind toy_items[] = {{"TOYS#", "<user_id>", "TOYS", "", "", "What a user has borrowed."}};

inline std::int64_t count_of(Toys& toys, std::string_view user_id, std::string_view what) {
  const auto item = store::get(toys.table, toys_key(user_id));
  return item ? item->number(what) : 0;
}

inline void add(Toys& toys, std::string_view user_id, const std::string& what) {
  const store::Write write = store::Update{.key = toys_key(user_id), .add = {{what, 1}}};
  (void)toys.table.write({&write, 1});
}

struct LentToys {
  std::int64_t lent;
};
BOOST_DESCRIBE_STRUCT(LentToys, (), (lent))

/// `POST /toys`.
inline Result<LentToys> lend_toy(Toys& toys, const http::Nothing&, http::Context& context) {
  const auto& user_id = context.caller->user_id;
  if (count_of(toys, user_id, "lent") >= toys.options.most) return fail(enough_toys);
  add(toys, user_id, "lent");
  toys.queue.send(wash, user_id);
  return LentToys{count_of(toys, user_id, "lent")};
}

inline void add_routes(http::Router& router, Toys& toys) {
  http::Endpoints routes(router, "toys");
  routes.post("/toys", "lend_toy", http::bind(toys, lend_toy))
      .summary("Borrow a toy")
      .signed_in("toys:borrow")
      .fails(409, enough_toys);
}

inline void forget(Toys& toys, std::string_view user_id) {
  const store::Write write = store::Delete{toys_key(user_id)};
  (void)toys.table.write({&write, 1});
}

inline part::Service open(const part::House& house) {
  const auto toys = std::make_shared<Toys>(Toys{house.table, house.queue, house.options.of<ToyOptions>()});
  house.offers.add(*toys);
  return {.add_routes = [toys](http::Router& router) { add_routes(router, *toys); },
          .jobs = {{.kind = wash,
                    .run = [toys](const store::QueueMessage& message, Time) { add(*toys, message.body, "washed"); }}},
          .ticks = {{.name = "toys",
                     .every = std::chrono::hours(1),
                     .run = [toys](Time) { add(*toys, "nobody", "counted"); }}},
          .forget_user = [toys](const part::DeletedUser& user, Time) { forget(*toys, user.id); },
          .take_notification =
              [toys](std::string_view message, Time) {
                if (message != "a toy is lost") return false;
                add(*toys, "nobody", "lost");
                return true;
              },
          .finish_soon = [toys] { add(*toys, "nobody", "finished"); },
          .error_page = [](std::string_view path, int) -> std::optional<http::Response> {
            if (!path.starts_with("/toys")) return std::nullopt;
            return http::Response{.status = 418};
          },
          .hashing_requests = 5};
}

inline part::Part make_part() {
  return {.name = "toys",
          .settings = {part::number("toys_limit", &ToyOptions::most, 3, 1, 100, "How many toys one may borrow.")},
          .items = toy_items,
          .permissions = {{"toys:borrow", "Borrow toys.", {"child"}}},
          .commands = {{.path = "toys", .description = "See who has toys."},
                       {.path = "toys count",
                        .description = "Exit with the number of toys that a user has.",
                        .arguments = {{.name = "USER", .description = "The user's id.", .required = true}},
                        .run =
                            [](const part::Arguments& typed, part::Shell& shell) {
                              auto& toys = shell.house().offers.get<Toys>();
                              return static_cast<int>(count_of(toys, typed.value("USER"), "lent"));
                            }}},
          .checks = {{"toys",
                      [](part::Shell&) -> std::vector<part::Finding> {
                        return {{part::Finding::warning, "toys", "they lie about", "Tidy up."}};
                      }}},
          .open = open};
}

}  // namespace voyages::toys
