#include "app/jobs.h"

namespace voyages::app {

namespace {

// Worker 0 waits for nobody. Of the others every second one waits for mail servers, and those between for clients.
bool may_wait_for(part::WaitsFor other, unsigned worker, unsigned workers) {
  if (other == part::WaitsFor::nobody || workers == 1) return true;
  if (worker == 0) return false;
  return workers == 2 || worker % 2 == static_cast<unsigned>(other) % 2;
}

}  // namespace

store::Wanted wanted_by(const Jobs& jobs, store::WorkClass work_class, unsigned worker, unsigned workers) {
  store::Wanted wanted{.work_class = work_class, .except = {}};
  for (const auto& [kind, job] : jobs) {
    if (!may_wait_for(job.waits_for, worker, workers)) wanted.except.push_back(kind);
  }
  return wanted;
}

std::string JobQueue::send(std::string_view kind, std::string_view body, const store::SendOptions& options) {
  const auto job = jobs_.find(kind);
  const auto work_class = job == jobs_.end() ? store::WorkClass::quick : job->second.work_class;
  const auto priority = job == jobs_.end() ? store::Priority::low : job->second.priority;
  return queue_.send(kind, body, {.delay = options.delay, .work_class = work_class, .priority = priority});
}

}  // namespace voyages::app
