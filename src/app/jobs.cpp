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
  return queue_.send(kind, body, options_for(kind, options.delay));
}

void JobQueue::send_all(std::span<const store::NewMessage> messages) {
  std::vector<store::NewMessage> ranked(messages.begin(), messages.end());
  for (auto& message : ranked) message.options = options_for(message.kind, message.options.delay);
  queue_.send_all(ranked);
}

store::SendOptions JobQueue::options_for(std::string_view kind, std::chrono::seconds delay) const {
  const auto job = jobs_.find(kind);
  if (job == jobs_.end()) return {.delay = delay, .priority = store::Priority::low};
  return {.delay = delay, .work_class = job->second.work_class, .priority = job->second.priority};
}

}  // namespace voyages::app
