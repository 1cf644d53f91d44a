#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/log.h"
#include "runtime/server/options.h"

namespace voyages::runtime::lambda {

/// What Lambda, and who deployed the function, say in the environment: the variables that the developer guide lists
/// under "Defined runtime environment variables", and those that users of Powertools set.
struct Environment {
  std::string runtime_api{};             // AWS_LAMBDA_RUNTIME_API: `127.0.0.1:9001`
  std::string function_name{};           // AWS_LAMBDA_FUNCTION_NAME
  std::string function_version{};        // AWS_LAMBDA_FUNCTION_VERSION
  std::uint32_t memory_size_mb = 0;      // AWS_LAMBDA_FUNCTION_MEMORY_SIZE
  std::string log_group{};               // AWS_LAMBDA_LOG_GROUP_NAME
  std::string log_stream{};              // AWS_LAMBDA_LOG_STREAM_NAME
  std::string initialization_type{};     // AWS_LAMBDA_INITIALIZATION_TYPE: `on-demand`, `provisioned-concurrency`
  std::string log_format{};              // AWS_LAMBDA_LOG_FORMAT: `Text`, `JSON`
  std::optional<LogLevel> log_level{};   // AWS_LAMBDA_LOG_LEVEL, else POWERTOOLS_LOG_LEVEL
  std::string service = "voyages";       // POWERTOOLS_SERVICE_NAME
  std::string metrics = "CloudVoyages";  // POWERTOOLS_METRICS_NAMESPACE
  bool metrics_disabled = false;         // POWERTOOLS_METRICS_DISABLED

  using Read = std::function<const char*(const char* name)>;
  /// From this process's environment, or as `read` has it.
  static Environment read(const Read& read = {});
};

/// How the URL of the function is configured to answer (`InvokeMode`): the two sides must agree.
enum class AnswerMode { buffered, response_stream };

/// How a `Runtime` runs.
struct Options {
  Environment environment{};
  AnswerMode answer_mode = AnswerMode::buffered;
  RequestLimits limits{};  // the same as under `serve`
  ErrorPage error_page{};
  /// Work that would begin with less time than this is given back: half-done work is done twice.
  std::chrono::milliseconds deadline_margin{1000};
  /// The same for queued work after the first of a batch; longer than the longest try to send a mail.
  std::chrono::milliseconds queue_margin{35'000};
  /// The same for each thing that a tick does after the first; never more than half of the time that it has.
  std::chrono::milliseconds tick_margin{10'000};
  /// Between two signs of life of a stream that has nothing to send.
  std::chrono::milliseconds heartbeat_interval{20'000};
  /// Register as an extension, so that SIGTERM comes before SIGKILL; see extension.h.
  bool graceful_shutdown = true;
  /// Readable when the process is to end; see termination.h. -1: never.
  int stop_descriptor = -1;
};

}  // namespace voyages::runtime::lambda
