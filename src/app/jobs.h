#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/queue.h"

namespace voyages::app {

/// Others that a job waits for: while they keep silent, they must not hold all workers.
enum class WaitsFor { nobody, mail_server, client };

/// What the queue must know of a kind of work.
struct JobTraits {
  std::string_view kind;
  store::WorkClass work_class = store::WorkClass::quick;
  store::Priority priority = store::Priority::normal;
  WaitsFor waits_for = WaitsFor::nobody;
};

/// Every kind that a service knows.
std::span<const JobTraits> all_job_traits();
/// Of an unknown kind: quick, and after all others.
JobTraits job_traits(std::string_view kind);

/// What the n-th of so many workers of a class takes. Work that waits for one and the same other is taken by half of
/// the workers at most, and one worker takes none that waits for anybody, as long as there are two.
store::Wanted wanted_by(store::WorkClass work_class, unsigned worker, unsigned workers);

/// The queue as services see it: each message gets the class and the priority of its kind.
class JobQueue final : public store::Queue {
 public:
  explicit JobQueue(store::Queue& queue) : queue_(queue) {}
  std::string send(std::string_view kind, std::string_view body, const store::SendOptions& options = {}) override;

 private:
  store::Queue& queue_;
};

}  // namespace voyages::app
