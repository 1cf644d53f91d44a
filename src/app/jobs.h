#pragma once

#include <map>
#include <string>
#include <string_view>

#include "part/part.h"
#include "store/queue.h"

namespace voyages::app {

/// The jobs of all parts, by their kinds.
using Jobs = std::map<std::string, part::Job, std::less<>>;

/// What the n-th of so many workers of a class takes. Work that waits for one and the same other is taken by half of
/// the workers at most, and one worker takes none that waits for anybody, as long as there are two.
store::Wanted wanted_by(const Jobs& jobs, store::WorkClass work_class, unsigned worker, unsigned workers);

/// The queue as services see it: each message gets the class and the priority of its kind. One of an unknown kind is
/// quick, and comes after all others.
class JobQueue final : public store::Queue {
 public:
  JobQueue(store::Queue& queue, const Jobs& jobs) : queue_(queue), jobs_(jobs) {}
  std::string send(std::string_view kind, std::string_view body, const store::SendOptions& options = {}) override;
  void send_all(std::span<const store::NewMessage> messages) override;

 private:
  [[nodiscard]] store::SendOptions options_for(std::string_view kind, std::chrono::seconds delay) const;

  store::Queue& queue_;
  const Jobs& jobs_;
};

}  // namespace voyages::app
