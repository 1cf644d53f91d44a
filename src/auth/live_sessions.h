#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace voyages::auth {

/// Sessions that were looked up a moment ago and had not ended, so that the next calls need no look. Bounded,
/// thread-safe, and of this process alone: that a session ended, here or elsewhere, is noticed when `ttl` has passed.
class LiveSessions {
 public:
  /// 0 remembers nothing.
  explicit LiveSessions(std::chrono::seconds ttl) : ttl_(ttl) {}

  [[nodiscard]] bool contains(std::string_view session_id, Time now) const;
  void add(std::string_view session_id, Time now);

 private:
  std::chrono::seconds ttl_;
  mutable std::mutex mutex_;
  std::map<std::string, Time, std::less<>> seen_at_;
};

}  // namespace voyages::auth
