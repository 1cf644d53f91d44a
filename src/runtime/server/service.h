#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "http/message.h"
#include "runtime/server/options.h"
#include "runtime/server/rejection.h"
#include "runtime/server/request_parser.h"

namespace voyages::runtime {

/// What all threads of one server share: the handler, the lanes it runs in, and what is counted.
class Service {
 public:
  Service(const ServerOptions& options, http::Handler& handler, Logger& logger, Metrics& metrics);

  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] Logger& logger() { return *logger_; }
  [[nodiscard]] http::Lane lane(const http::Request& request) const { return handler_->lane(request); }
  /// The threads of a lane; null when its requests run where they were read.
  [[nodiscard]] WorkerPool* pool(http::Lane lane);
  /// The threads of handlers that take their body piece by piece.
  [[nodiscard]] WorkerPool* upload_pool() { return uploads_.get(); }
  [[nodiscard]] const StreamedBodyLimit& streamed_body_limit() const { return streamed_body_limit_; }
  /// The handler's answer; a 500 for what it should not have thrown.
  [[nodiscard]] http::Response run(const http::Request& request);
  /// Counts and logs the refusal and makes its answer.
  [[nodiscard]] http::Response refuse(const Rejection& rejection, const http::Request& request);

  /// Takes a place for one more connection, or counts that there is none.
  bool enter();
  void leave() { counts_->connections.fetch_sub(1, std::memory_order_relaxed); }
  /// Takes room for so much more of a request's body, or says that there is none.
  bool reserve_body(std::size_t bytes);
  void release_body(std::size_t bytes) { body_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// Takes room for so much more of answers that wait for their clients, or says that there is none.
  bool reserve_unsent(std::size_t bytes);
  void release_unsent(std::size_t bytes) { unsent_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// Waits for what the handler is doing; drops what waits.
  void stop();

 private:
  // Metrics may be read after the server is gone.
  struct Counts {
    std::atomic<std::size_t> connections{0};
  };
  struct RefusalCounter {
    std::string_view code;
    Counter* counter;
  };

  void count_refusal(std::string_view code);
  bool may_log_refusal();

  const ServerOptions options_;
  http::Handler* handler_;
  Logger* logger_;
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
  std::vector<RefusalCounter> refusals_;
  std::atomic<std::size_t> body_bytes_{0};
  std::atomic<std::size_t> unsent_bytes_{0};
  std::atomic<std::int64_t> refusals_second_{0};  // in which `refusals_logged_` were
  std::atomic<int> refusals_logged_{0};
  std::shared_ptr<WorkerPool> blocking_;
  std::shared_ptr<WorkerPool> outgoing_;
  std::shared_ptr<WorkerPool> hashing_;
  std::shared_ptr<WorkerPool> uploads_;
  StreamedBodyLimit streamed_body_limit_;
};

}  // namespace voyages::runtime
