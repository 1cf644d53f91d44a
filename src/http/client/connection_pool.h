#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "http/client/client.h"
#include "http/client/stream.h"

namespace voyages::http::client {

/// Connections that wait for their next request. Thread-safe.
class ConnectionPool {
 public:
  /// The one used last that is still good; nothing when there is none.
  std::unique_ptr<Stream> take(const Origin& origin);
  void put(const Origin& origin, std::unique_ptr<Stream> stream);

 private:
  /// A connection, and since when it waits by both clocks: while a machine or a function is frozen, one may stand
  /// still.
  struct Idle {
    std::unique_ptr<Stream> stream;
    std::chrono::steady_clock::time_point since;
    Time wall_since;
  };

  static bool is_fresh(const Idle& idle);

  std::mutex mutex_;
  std::map<Origin, std::vector<Idle>> idle_;
};

}  // namespace voyages::http::client
