#include "store/sqlite/grouped_writer.h"

#include "store/table.h"

namespace voyages::store::sqlite {

namespace {

// Group numbers wrap around; the two in question are never far apart.
bool has_reached(std::uint32_t finished, std::uint32_t group) {
  return static_cast<std::int32_t>(finished - group) >= 0;
}

}  // namespace

GroupedWriter::GroupedWriter(std::unique_ptr<Connection> connection, std::size_t waiting_limit)
    : connection_(std::move(connection)), waiting_limit_(waiting_limit), thread_([this] { loop(); }) {}

GroupedWriter::~GroupedWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

void GroupedWriter::run(WriteJob& job) {
  {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= waiting_limit_) throw Overloaded("too many writes are waiting");
    if (waiting_.empty()) work_.notify_one();
    waiting_.push_back(&job);
    const auto group = gathering_;
    done_[group % 2].wait(lock, [&] { return has_reached(finished_, group); });
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

void GroupedWriter::loop() {
  std::vector<WriteJob*> group;
  for (;;) {
    std::uint32_t number = 0;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      group.swap(waiting_);
      number = gathering_++;
    }
    commit(group);
    group.clear();
    {
      const std::scoped_lock lock(mutex_);
      finished_ = number;
    }
    done_[number % 2].notify_all();
  }
}

void GroupedWriter::commit(const std::vector<WriteJob*>& group) {
  try {
    connection_->statement("BEGIN IMMEDIATE").run();
  } catch (...) {
    for (auto* job : group) job->failure = std::current_exception();
    return;
  }
  try {
    commit_together(group);
    return;
  } catch (...) {
    for (auto* job : group) job->failure = std::current_exception();
    roll_back();
  }
  if (group.size() == 1) return;
  // One job broke the transaction for all: alone, each fails or succeeds for itself.
  for (auto* job : group) commit({job});
}

void GroupedWriter::commit_together(const std::vector<WriteJob*>& group) {
  for (auto* job : group) {
    job->failure = nullptr;
    run_in_transaction(*job);
  }
  connection_->statement("COMMIT").run();
}

void GroupedWriter::run_in_transaction(WriteJob& job) {
  const auto changes = connection_->changes();
  try {
    job.run(*connection_);
  } catch (...) {
    // A job that has changed nothing yet fails without harm to the others.
    if (connection_->changes() != changes || !connection_->in_transaction()) throw;
    job.failure = std::current_exception();
  }
}

void GroupedWriter::roll_back() {
  // A full disk or a failed read may have ended the transaction already. Should this fail, the next BEGIN does too, and
  // its callers hear of it.
  if (connection_->in_transaction()) connection_->statement("ROLLBACK").attempt();
}

}  // namespace voyages::store::sqlite
