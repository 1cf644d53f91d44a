#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace voyages {

/// Threads that run jobs from one bounded queue, first in first out. A thread is made when a job finds none free, so
/// an idle service has none.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  struct Options {
    unsigned threads;
    std::size_t queue;  // jobs that may wait
    int niceness = 0;   // of its threads; above 0 gives way to other threads
  };

  explicit WorkerPool(const Options& options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False, and the job is left alone, when the queue is full or the pool is stopped.
  bool try_post(Job& job);
  /// Ends when the running jobs have ended; those that wait are dropped.
  void stop();
  [[nodiscard]] std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  bool add_thread();
  void work();

  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> waiting_{0};  // = jobs_.size(), for who does not hold the mutex
  std::size_t idle_ = 0;                 // threads without a job
  bool stopped_ = false;
};

}  // namespace voyages
