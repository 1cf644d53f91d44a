#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/jobs.h"
#include "app/parts.h"
#include "app/ticks.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/notifier.h"
#include "crypto/seal.h"
#include "http/client/guarded_client.h"
#include "http/front_door.h"
#include "http/router.h"
#include "part/part.h"
#include "store/blobs.h"
#include "store/dead_letters.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::app {

/// What an `App` stands on, whichever engine is behind it. All of it outlives the app.
struct Ports {
  store::Table& table;
  store::Queue& queue;
  store::Blobs& blobs;
  const crypto::MasterKey& master_key;
  const Clock& clock;
  Logger& log;
  Metrics& metrics;
  part::Offers offers{};         // what single parts need beyond these
  Notifier* notifier = nullptr;  // who tells the operator; nothing: the log alone
  Time workers_since{};          // since when no other process can have been at work; else the epoch
};

/// The composition root: opens the parts on the ports, and declares their routes. A runtime drives it through its
/// doors: `front_door()` for requests, `work` for queued messages, the ticks for the schedule.
class App {
 public:
  /// Throws std::logic_error when two parts have the same name,
  /// or the same kind of job, tick or permission.
  App(const Config& config, const Ports& ports, std::span<const part::Part> parts = app::parts());
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  [[nodiscard]] http::Handler& front_door() { return front_door_; }
  /// Does one queued piece of work; throws when it failed and should be tried again. What failed for the last time
  /// becomes a dead letter, of which the operator is told, and counts as done.
  void work(const store::QueueMessage& message);
  [[nodiscard]] const Jobs& jobs() const { return jobs_; }
  /// What is to be done again and again, for a runtime that runs each tick on a thread of its own.
  [[nodiscard]] Ticks& ticks() { return ticks_; }
  /// Once a minute or so, for a runtime of one thread: runs the ticks that are due, one after the other. The first
  /// begins in any case; those that have not begun at `begin_before` stay due. Throws when one of them failed.
  void tick(Time begin_before = Time::max());
  /// What another process may have changed is read anew, once a minute at most. Not by two threads at once. Never
  /// throws.
  void keep_current();
  /// What another service tells, as SES tells of a bounce. Returns false if no part takes it.
  bool take_notification(std::string_view message);
  /// The program is about to end: no other server is waited for much longer.
  void finish_soon();
  /// The first page that a part has for a request that failed before a route could answer it.
  [[nodiscard]] std::optional<http::Response> error_page(std::string_view raw_path, int status) const;
  /// How many requests of hashing routes are taken at once.
  [[nodiscard]] unsigned hashing_requests() const;
  /// What the parts say to the person who starts a server. Once, before requests are served.
  [[nodiscard]] std::vector<part::Greeting> greet();

  [[nodiscard]] const part::House& house() const { return house_; }
  [[nodiscard]] const http::Router& router() const { return router_; }
  /// What a part offers, found by its type.
  template <class T>
  [[nodiscard]] T& get() const {
    return offers_.get<T>();
  }

 private:
  struct Opened {
    std::string name;
    part::Service service;
  };

  std::vector<Opened> open(std::span<const part::Part> parts);
  Jobs gather_jobs();
  std::vector<part::Tick> gather_ticks();
  // The same router, for the front door to find all routes in it.
  const http::Router& add_all_routes();
  void do_work(const store::QueueMessage& message);
  void bury(const store::QueueMessage& message, std::string_view reason);
  void forget(std::string_view user_id, Time now);

  Config config_;
  http::client::GuardedClient outgoing_;
  part::Offers offers_;
  std::vector<part::Permission> permissions_;
  Jobs jobs_;  // known once the parts are open
  JobQueue queue_;
  part::House house_;
  store::DeadLetters dead_letters_;
  std::vector<Opened> opened_;  // in the order of the list
  Ticks ticks_;
  http::Router router_;
  http::FrontDoor front_door_;
  Time current_since_;  // `keep_current`'s alone
};

}  // namespace voyages::app
