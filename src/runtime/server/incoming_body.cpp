#include "runtime/server/incoming_body.h"

#include <utility>

namespace voyages::runtime {

std::optional<std::string> IncomingBody::next() {
  std::unique_lock lock(mutex_);
  if (!std::exchange(wanted_, true)) {
    lock.unlock();
    wake_();
    lock.lock();
  }
  changed_.wait(lock, [this] { return !waiting_.empty() || ended_ || lost_; });
  if (waiting_.empty()) {
    if (!ended_) throw http::BodyBroken(*lost_);
    return std::nullopt;
  }
  auto piece = std::exchange(waiting_, {});
  const bool wakes = std::exchange(connection_waits_, false);
  lock.unlock();
  if (wakes) wake_();
  return piece;
}

bool IncomingBody::wanted() const {
  const std::scoped_lock lock(mutex_);
  return wanted_;
}

bool IncomingBody::has_room() {
  const std::scoped_lock lock(mutex_);
  connection_waits_ = waiting_.size() > full_bytes;
  return !connection_waits_;
}

void IncomingBody::put(std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  waiting_ += bytes;
  changed_.notify_one();
}

void IncomingBody::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_one();
}

void IncomingBody::lose(http::BodyBroken::Reason reason) {
  const std::scoped_lock lock(mutex_);
  if (ended_ || lost_) return;
  lost_ = reason;
  changed_.notify_one();
}

bool IncomingBody::is_over() const {
  const std::scoped_lock lock(mutex_);
  return ended_ || lost_;
}

}  // namespace voyages::runtime
