#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <stop_token>
#include <thread>

#include "store/sqlite/table.h"

namespace voyages::store::sqlite {

/// Deletes expired items in the background, from its construction to its end, a few at a time: every `interval`, and
/// more often while there are many.
class ExpiryCleaner {
 public:
  /// `on_failure` hears of what went wrong, on the cleaner's thread; the cleaner then goes on with the next interval.
  ExpiryCleaner(SqliteTable& table, std::chrono::milliseconds interval,
                std::function<void(const std::exception&)> on_failure = {});

 private:
  void loop(const std::stop_token& stop);
  std::chrono::milliseconds step();

  SqliteTable& table_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const std::exception&)> on_failure_;
  std::jthread thread_;
};

}  // namespace voyages::store::sqlite
