#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "runtime/lambda/application.h"
#include "runtime/lambda/embedded_metrics.h"
#include "runtime/lambda/event.h"
#include "runtime/lambda/extension.h"
#include "runtime/lambda/options.h"
#include "runtime/lambda/runtime_api.h"

namespace voyages::runtime::lambda {

/// Serves a Lambda function: asks the platform for one event after the other, opens the application's door for it, and
/// reports what became of it. One at a time and on the caller's thread. Whatever an event holds stays out of the log.
class Runtime {
 public:
  Runtime(Options options, Application& application, Logger& logger, Metrics& metrics, const Clock& clock);

  /// Until the process is told to stop or the API is gone; answers the process's exit status.
  int run();

 private:
  struct Finished;

  std::optional<Invocation> next();
  void begin(const Invocation& invocation);
  void handle(const Invocation& invocation);
  void finish(const Invocation& invocation, const Finished& finished);

  Finished run_event(const Invocation& invocation, HttpCall& call);
  Finished run_event(const Invocation& invocation, const QueueBatch& batch);
  Finished run_event(const Invocation& invocation, const Uploads& uploads);
  Finished run_event(const Invocation& invocation, const Notifications& notifications);
  Finished run_event(const Invocation& invocation, const ScheduleTick& tick);
  Finished run_event(const Invocation& invocation, const NothingToDo& nothing);
  http::Response answer(const Invocation& invocation, HttpCall& call);
  /// Runs one piece of work; false, with a line in the log, when it threw.
  bool attempt(std::string_view what, std::string_view id, const std::function<void()>& work);
  [[nodiscard]] bool is_late(const Invocation& invocation, std::chrono::milliseconds margin) const;

  bool await(http::WaitingSource& source, const Invocation& invocation);
  void stream(const Invocation& invocation, const http::Response& response, bool is_head);
  void write_metrics(const Invocation& invocation);
  /// Runs a call of the API: what it answers or lacks to answer is logged, never thrown. The status; 0 without any.
  int report(std::string_view what, const std::function<ApiReply()>& call);

  Options options_;
  Application& application_;
  Logger& logger_;
  const Clock& clock_;
  RuntimeApi api_;
  Extension extension_;
  EmbeddedMetrics embedded_metrics_;
  bool cold_;  // the invocation at hand waited for this process to start
  bool served_ = false;
  int exit_status_ = 0;
};

/// Tells the platform and the log that the application could not be composed, and why, in the operator's words.
/// To be called instead of `Runtime::run`; the process is to end with a status that is not 0.
void report_init_error(const Environment& environment, Logger& logger, const std::exception& reason);

/// The fields that every line has, before there is an invocation and while one runs.
void set_log_context(Logger& logger, const Environment& environment, bool cold, const Invocation* invocation);

}  // namespace voyages::runtime::lambda
