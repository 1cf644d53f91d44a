#include "app/jobs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using app::wanted_by;
using store::Priority;
using store::WorkClass;

bool takes(const store::Wanted& wanted, std::string_view kind) {
  return std::ranges::find(wanted.except, kind) == wanted.except.end();
}

TEST(Jobs, HoldNoMoreThanHalfOfTheWorkersForOneSilentServer) {
  Scenario scenario;
  const auto& jobs = scenario.app().jobs();
  for (unsigned workers = 2; workers <= 64; ++workers) {
    for (const auto& [kind, job] : jobs) {
      unsigned count = 0;
      for (unsigned i = 0; i < workers; ++i) count += takes(wanted_by(jobs, job.work_class, i, workers), kind) ? 1 : 0;
      EXPECT_GE(count, 1U) << kind << workers;
      if (job.waits_for == part::WaitsFor::nobody) {
        EXPECT_EQ(count, workers) << kind;
      } else {
        EXPECT_LE(count, std::max(workers / 2, 1U)) << kind << workers;
        EXPECT_FALSE(takes(wanted_by(jobs, job.work_class, 0, workers), kind)) << kind;
      }
    }
  }
}

TEST(Jobs, LetOneWorkerAloneTakeEverything) {
  Scenario scenario;
  for (const auto work_class : store::all_work_classes) {
    EXPECT_TRUE(wanted_by(scenario.app().jobs(), work_class, 0, 1).except.empty());
  }
}

TEST(Jobs, GoToTheClassAndPriorityOfTheirKind) {
  class Recorder final : public store::Queue {
   public:
    std::string send(std::string_view, std::string_view, const store::SendOptions& options) override {
      last = options;
      return "id";
    }
    store::SendOptions last;
  };
  Scenario scenario;
  Recorder recorder;
  app::JobQueue queue(recorder, scenario.app().jobs());
  const auto sent = [&](std::string_view kind) {
    queue.send(kind, "x", {.delay = std::chrono::seconds{7}});
    EXPECT_EQ(recorder.last.delay, std::chrono::seconds{7});
    const std::pair alone(recorder.last.work_class, recorder.last.priority);
    const store::NewMessage among_others{std::string(kind), "x", {.delay = std::chrono::seconds{8}}};
    queue.send_all({&among_others, 1});
    EXPECT_EQ(recorder.last.delay, std::chrono::seconds{8});
    EXPECT_EQ(std::pair(recorder.last.work_class, recorder.last.priority), alone);
    return alone;
  };
  EXPECT_EQ(sent("auth.reset_mail"), std::pair(WorkClass::quick, Priority::high));
  EXPECT_EQ(sent("email.send_urgent"), std::pair(WorkClass::quick, Priority::high));
  EXPECT_EQ(sent("email.send"), std::pair(WorkClass::quick, Priority::normal));
  EXPECT_EQ(sent("email.send_bulk"), std::pair(WorkClass::slow, Priority::normal));
  EXPECT_EQ(sent("of.nobody"), std::pair(WorkClass::quick, Priority::low));
}

}  // namespace
}  // namespace voyages::tests
