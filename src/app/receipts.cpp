#include "app/receipts.h"

#include <algorithm>

namespace voyages::app {

Receipts::Receipts(store::QueueConsumer& consumer, Logger& log, std::chrono::seconds visibility)
    : consumer_(consumer),
      log_(log),
      visibility_(visibility),
      step_(std::chrono::milliseconds(visibility) / 3),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Receipts::~Receipts() = default;

Receipts::Held::Held(Receipts& receipts, const std::string& receipt) : receipts_(receipts) {
  const std::scoped_lock lock(receipts_.mutex_);
  entry_ = receipts_.entries_.insert(receipts_.entries_.end(), {receipt, std::chrono::steady_clock::now()});
}

Receipts::Held::~Held() {
  const std::scoped_lock lock(receipts_.mutex_);
  receipts_.entries_.erase(entry_);
}

void Receipts::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, stop, step_, [&] { return stop.stop_requested(); })) {
    lock.unlock();
    for (const auto& receipt : take_old()) extend(receipt);
    lock.lock();
  }
}

// Those that were not looked at for a third of the visibility: at the next look it could be too late.
std::vector<std::string> Receipts::take_old() {
  const auto now = std::chrono::steady_clock::now();
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> old;
  for (auto& entry : entries_) {
    if (now < entry.renewed + step_) continue;
    old.push_back(entry.receipt);
    entry.renewed = now;
  }
  return old;
}

void Receipts::extend(const std::string& receipt) {
  try {
    // The work may have ended meanwhile.
    if (!consumer_.extend(receipt, visibility_) && is_held(receipt)) {
      log_.warn("a message was given to another worker while its work went on");
    }
  } catch (const std::exception& exception) {
    log_.error("a worker cannot ask the queue for more time", {{"error", exception.what()}});
  }
}

bool Receipts::is_held(std::string_view receipt) {
  const std::scoped_lock lock(mutex_);
  return std::ranges::find(entries_, receipt, &Entry::receipt) != entries_.end();
}

}  // namespace voyages::app
