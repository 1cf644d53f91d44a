#include "http/client/connection_pool.h"

#include <utility>

namespace voyages::http::client {

namespace {

// Less than a minute, after which DynamoDB and many load balancers close a connection.
constexpr std::chrono::seconds idle_limit{50};
constexpr std::size_t most_of_one_origin = 16;
constexpr std::size_t most_origins = 64;

}  // namespace

bool ConnectionPool::is_fresh(const Idle& idle) {
  const auto waited = std::chrono::steady_clock::now() - idle.since;
  const auto wall_waited = SystemClock().now() - idle.wall_since;
  return waited < idle_limit && wall_waited < idle_limit;
}

std::unique_ptr<Stream> ConnectionPool::take(const Origin& origin) {
  // Closed when the lock is free again: good-byes take a moment.
  std::vector<Idle> stale;
  while (true) {
    Idle idle;
    {
      const std::scoped_lock lock(mutex_);
      const auto found = idle_.find(origin);
      if (found == idle_.end() || found->second.empty()) return nullptr;
      idle = std::move(found->second.back());
      found->second.pop_back();
      // Those below wait longer than this one.
      if (!is_fresh(idle)) stale.swap(found->second);
    }
    if (is_fresh(idle) && idle.stream->is_quiet()) return std::move(idle.stream);
    stale.clear();
  }
}

void ConnectionPool::put(const Origin& origin, std::unique_ptr<Stream> stream) {
  Idle idle{std::move(stream), std::chrono::steady_clock::now(), SystemClock().now()};
  std::map<Origin, std::vector<Idle>> all_stale;
  const std::scoped_lock lock(mutex_);
  if (!idle_.contains(origin) && idle_.size() >= most_origins) all_stale.swap(idle_);
  auto& waiting = idle_[origin];
  if (waiting.size() >= most_of_one_origin) return;
  waiting.push_back(std::move(idle));
}

}  // namespace voyages::http::client
