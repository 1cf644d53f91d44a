#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/sqlite/connection.h"

namespace voyages::store::sqlite {

/// Something to do inside the writer's transaction. It may run twice, so it must begin from nothing each time.
class WriteJob {
 public:
  virtual void run(Connection& connection) = 0;
  std::exception_ptr failure;

 protected:
  ~WriteJob() = default;
};

/// The one thread that writes. It takes all jobs that wait and commits them in one transaction, so that many callers
/// share one fsync; while that is under way the next group gathers.
class GroupedWriter {
 public:
  GroupedWriter(std::unique_ptr<Connection> connection, std::size_t waiting_limit);
  /// Finishes what waits.
  ~GroupedWriter();
  GroupedWriter(const GroupedWriter&) = delete;
  GroupedWriter& operator=(const GroupedWriter&) = delete;

  /// Returns when what the job wrote is on disk. Throws what the job threw, `Overloaded` when too many jobs wait, and
  /// `EngineError` when it could not be committed; then nothing of the job is there.
  void run(WriteJob& job);

 private:
  void loop();
  void commit(const std::vector<WriteJob*>& group);
  void commit_together(const std::vector<WriteJob*>& group);
  void run_in_transaction(WriteJob& job);
  void roll_back();

  std::unique_ptr<Connection> connection_;
  const std::size_t waiting_limit_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<WriteJob*> waiting_;
  std::uint32_t gathering_ = 1;  // the number of the group that `waiting_` will be
  bool stopping_ = false;
  std::uint32_t finished_ = 0;  // the last group that is done
  // By a group's parity: at most two groups exist at a time, so one call wakes the callers of one, and nobody else.
  std::array<std::condition_variable, 2> done_{};
  std::thread thread_;
};

}  // namespace voyages::store::sqlite
