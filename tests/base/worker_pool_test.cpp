#include "base/worker_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>

namespace voyages {
namespace {

TEST(WorkerPool, RunsEveryJobItAccepts) {
  std::atomic<int> done{0};
  std::promise<void> all;
  WorkerPool pool({.threads = 3, .queue = 100});
  for (int i = 0; i < 100; ++i) {
    WorkerPool::Job job = [&] {
      if (++done == 100) all.set_value();
    };
    ASSERT_TRUE(pool.try_post(job));
  }
  all.get_future().wait();
  EXPECT_EQ(done, 100);
}

TEST(WorkerPool, LeavesARefusedJobWithItsCaller) {
  std::promise<void> open;
  const auto gate = open.get_future().share();
  WorkerPool pool({.threads = 1, .queue = 1});
  for (int i = 0; i < 2; ++i) {
    WorkerPool::Job job = [gate] { gate.wait(); };
    // The first is running or about to, the second waits.
    ASSERT_TRUE(pool.try_post(job));
  }
  bool ran = false;
  WorkerPool::Job refused = [&ran] { ran = true; };
  EXPECT_FALSE(pool.try_post(refused));
  ASSERT_TRUE(refused);
  refused();
  EXPECT_TRUE(ran);
  open.set_value();
}

TEST(WorkerPool, DropsWhatWaitsWhenItStops) {
  std::promise<void> started;
  std::promise<void> open;
  std::atomic<int> ran{0};
  WorkerPool pool({.threads = 1, .queue = 1});
  WorkerPool::Job first = [&] {
    started.set_value();
    open.get_future().wait();
    ++ran;
  };
  WorkerPool::Job second = [&] { ++ran; };
  ASSERT_TRUE(pool.try_post(first));
  started.get_future().wait();
  ASSERT_TRUE(pool.try_post(second));
  std::thread stopper([&] { pool.stop(); });
  while (pool.waiting() != 0) std::this_thread::yield();
  open.set_value();
  stopper.join();
  EXPECT_EQ(ran, 1);
  WorkerPool::Job late = [] {};
  EXPECT_FALSE(pool.try_post(late));
}

TEST(WorkerPool, GivesWayToOtherThreadsWhenTold) {
  std::promise<int> niceness;
  WorkerPool pool({.threads = 1, .queue = 1, .niceness = 10});
  const int own = ::getpriority(PRIO_PROCESS, 0);
  WorkerPool::Job job = [&] { niceness.set_value(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()))); };
  ASSERT_TRUE(pool.try_post(job));
  EXPECT_EQ(niceness.get_future().get(), 10);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), own);
}

}  // namespace
}  // namespace voyages
