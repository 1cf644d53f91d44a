#include "base/worker_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <system_error>
#include <utility>

namespace voyages {

WorkerPool::WorkerPool(const Options& options) : options_(options) {}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::try_post(Job& job) {
  const std::scoped_lock lock(mutex_);
  // Jobs that a free thread is about to take do not wait.
  const auto free = idle_ + (options_.threads - threads_.size());
  if (stopped_ || jobs_.size() >= options_.queue + free) return false;
  if (jobs_.size() >= idle_ && threads_.size() < options_.threads && !add_thread() && threads_.empty()) return false;
  jobs_.push_back(std::move(job));
  waiting_.store(jobs_.size(), std::memory_order_relaxed);
  wake_.notify_one();
  return true;
}

bool WorkerPool::add_thread() {
  try {
    threads_.emplace_back([this] { work(); });
    ++idle_;
    return true;
  } catch (const std::system_error&) {
    return false;  // the system has no more threads for us: those we have must do
  }
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    jobs_.clear();
    waiting_.store(0, std::memory_order_relaxed);
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

void WorkerPool::work() {
  // On Linux a niceness is a thread's own; failing to lower it is harmless.
  if (options_.niceness != 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options_.niceness);
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    --idle_;
    if (stopped_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    waiting_.store(jobs_.size(), std::memory_order_relaxed);
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    ++idle_;
  }
}

}  // namespace voyages
