#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/router.h"
#include "part/command.h"
#include "part/deleted_user.h"
#include "part/finding.h"
#include "part/house.h"
#include "part/permission.h"
#include "part/setting.h"
#include "store/item_kind.h"
#include "store/queue.h"

/// A service, as the rest of the program sees it: `app/parts.cpp` lists them, and `app::App` runs them all alike.
namespace voyages::part {

/// Others that a job waits for: while they keep silent, they must not hold all workers.
enum class WaitsFor { nobody, mail_server, client };

/// A kind of queued work.
struct Job {
  std::string_view kind;  // `email.send`: no other part has it
  /// Does one piece of it; throws when it failed and should be tried again. It may come more than once.
  std::function<void(const store::QueueMessage& message, Time now)> run;
  store::WorkClass work_class = store::WorkClass::quick;
  store::Priority priority = store::Priority::normal;
  WaitsFor waits_for = WaitsFor::nobody;
};

/// Something to do again and again.
struct Tick {
  std::string name;  // `mail`: when it ran last is kept under it, for all processes together
  std::chrono::seconds every = std::chrono::minutes(1);
  /// Throws when it failed and should be tried again in a minute. On a server each tick has a thread of its own.
  std::function<void(Time now)> run;
};

/// A line for the person who starts a server: `make the owner    https://…`.
struct Greeting {
  std::string what;
  std::string url;
};

/// One thing that `voyages doctor` looks at. What it throws becomes a failure.
struct Check {
  std::string name;
  std::function<std::vector<Finding>(Shell&)> run;
};

/// Our own page in place of a request that failed before a route could answer it; nullopt if the path has none.
using ErrorPage = std::function<std::optional<http::Response>(std::string_view raw_path, int status)>;

/// A part at work. What these functions share lives as long as they do.
struct Service {
  std::function<void(http::Router&)> add_routes{};
  std::vector<Job> jobs{};
  std::vector<Tick> ticks{};
  /// Removes all that the part has of a user.
  std::function<void(const DeletedUser&, Time now)> forget_user{};
  /// Reads anew what another process may have changed. Each process calls it about once a minute.
  std::function<void()> keep_current{};
  /// What to say when a server has started. May make one-time secrets: called once, before requests are served.
  std::function<std::vector<Greeting>()> greet{};
  /// Takes what another service tells, as SES tells of a bounce. Returns false if it is not for this part; throws when
  /// it must be told again.
  std::function<bool(std::string_view message, Time now)> take_notification{};
  /// The program is about to end: no other server is waited for much longer. While jobs run.
  std::function<void()> finish_soon{};
  ErrorPage error_page{};
  /// How many requests of its hashing routes a server takes at once, those that wait for their turn included.
  unsigned hashing_requests = 0;
};

/// A part before anything is opened. Leave out what it does not have.
struct Part {
  std::string name;
  std::vector<Setting> settings{};
  std::span<const store::ItemKind> items{};  // all kinds of items that it keeps in the table
  std::vector<Permission> permissions{};
  std::vector<Command> commands{};
  std::vector<Check> checks{};
  /// Called once the engine is up, for the last part of the list first: what a part offers, those before it can use.
  std::function<Service(const House&)> open;
};

}  // namespace voyages::part
