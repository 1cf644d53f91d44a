#include "app/jobs.h"

#include <algorithm>

#include "auth/jobs.h"
#include "email/outbox.h"

namespace voyages::app {

namespace {

using store::Priority;
using store::WorkClass;

constexpr JobTraits traits[] = {
    {auth::job::reset_mail, WorkClass::quick, Priority::high},
    {auth::job::verification_mail, WorkClass::quick, Priority::high},
    {auth::job::reload_keys, WorkClass::quick, Priority::high},
    {auth::job::logout_notice, WorkClass::quick, Priority::normal, WaitsFor::client},
    {auth::job::surplus_sessions, WorkClass::quick, Priority::low},
    {email::send_urgent_mail, WorkClass::quick, Priority::high, WaitsFor::mail_server},
    {email::send_mail, WorkClass::quick, Priority::normal, WaitsFor::mail_server},
    {email::send_bulk_mail, WorkClass::slow, Priority::normal, WaitsFor::mail_server},
};

// Worker 0 waits for nobody. Of the others every second one waits for mail servers, and those between for clients.
bool may_wait_for(WaitsFor other, unsigned worker, unsigned workers) {
  if (other == WaitsFor::nobody || workers == 1) return true;
  if (worker == 0) return false;
  return workers == 2 || worker % 2 == static_cast<unsigned>(other) % 2;
}

}  // namespace

std::span<const JobTraits> all_job_traits() { return traits; }

JobTraits job_traits(std::string_view kind) {
  const auto* found = std::ranges::find(traits, kind, &JobTraits::kind);
  return found == std::end(traits) ? JobTraits{kind, WorkClass::quick, Priority::low} : *found;
}

store::Wanted wanted_by(WorkClass work_class, unsigned worker, unsigned workers) {
  store::Wanted wanted{.work_class = work_class, .except = {}};
  for (const auto& each : traits) {
    if (!may_wait_for(each.waits_for, worker, workers)) wanted.except.emplace_back(each.kind);
  }
  return wanted;
}

std::string JobQueue::send(std::string_view kind, std::string_view body, const store::SendOptions& options) {
  const auto of_kind = job_traits(kind);
  return queue_.send(kind, body,
                     {.delay = options.delay, .work_class = of_kind.work_class, .priority = of_kind.priority});
}

}  // namespace voyages::app
