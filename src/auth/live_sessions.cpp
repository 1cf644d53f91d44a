#include "auth/live_sessions.h"

namespace voyages::auth {

namespace {

constexpr std::size_t most = 10'000;

}  // namespace

bool LiveSessions::contains(std::string_view session_id, Time now) const {
  if (ttl_ == std::chrono::seconds(0)) return false;
  const std::scoped_lock lock(mutex_);
  const auto found = seen_at_.find(session_id);
  // A clock that was set back makes nothing live for longer.
  return found != seen_at_.end() && found->second <= now && now - found->second < ttl_;
}

void LiveSessions::add(std::string_view session_id, Time now) {
  if (ttl_ == std::chrono::seconds(0)) return;
  const std::scoped_lock lock(mutex_);
  if (seen_at_.size() >= most) seen_at_.clear();
  seen_at_.insert_or_assign(std::string(session_id), now);
}

}  // namespace voyages::auth
