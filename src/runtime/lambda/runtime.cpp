#include "runtime/lambda/runtime.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "http/problem.h"
#include "runtime/lambda/http_answer.h"
#include "runtime/server/response_writer.h"

namespace voyages::runtime::lambda {

namespace {

// How often in a row the API may fail to give an event before the environment is given up.
constexpr int most_failures = 5;

constexpr FunctionError failed{"Function.Failed", "The event could not be handled. The log says why."};
constexpr FunctionError deadline_exceeded{"Function.DeadlineExceeded",
                                          "The event was not handled before its deadline."};
constexpr FunctionError too_large{"Function.ResponseSizeTooLarge", "The answer is larger than Lambda hands over."};
constexpr FunctionError broken_off{"Function.BodyFailed", "The rest of the answer could not be made."};

// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…;Sampled=1`: what people search by is the root.
std::string_view root_of(std::string_view trace_id) {
  const auto begin = trace_id.find("Root=");
  if (begin == std::string_view::npos) return trace_id;
  trace_id.remove_prefix(begin + 5);
  return trace_id.substr(0, trace_id.find(';'));
}

/// Rung by the producer of a stream, heard by the thread that sends it.
class Bell {
 public:
  void ring() {
    const std::scoped_lock lock(mutex_);
    rung_ = true;
    heard_.notify_one();
  }
  /// Whether it rang since the last time.
  bool wait_for(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    heard_.wait_for(lock, patience, [this] { return rung_; });
    return std::exchange(rung_, false);
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  bool rung_ = false;
};

constexpr std::string_view requests_by_class[] = {
    "", "Requests1xx", "Requests2xx", "Requests3xx", "Requests4xx", "Requests5xx"};

}  // namespace

/// What became of an event.
struct Runtime::Finished {
  std::optional<FunctionError> error{};
  std::string answer = "null";               // the JSON to post
  std::optional<http::Response> streamed{};  // instead: to be sent in pieces
  bool is_head = false;
};

void set_log_context(Logger& logger, const Environment& environment, bool cold, const Invocation* invocation) {
  const LogField service{"service", environment.service};
  const LogField cold_start{"cold_start", cold};
  const LogField name{"function_name", environment.function_name};
  const LogField memory_size{"function_memory_size", std::int64_t{environment.memory_size_mb}};
  if (!invocation) return logger.set_context({service, cold_start, name, memory_size});
  logger.set_context({service,
                      cold_start,
                      name,
                      memory_size,
                      {"function_request_id", invocation->request_id},
                      {"xray_trace_id", root_of(invocation->trace_id)}});
}

void report_init_error(const Environment& environment, Logger& logger, const std::exception& reason) {
  logger.error("the function could not start", {{"error", reason.what()}});
  try {
    RuntimeApi api(environment.runtime_api, -1);
    const auto reply = api.fail_init({"Function.InitFailed", reason.what()});
    if (reply.status >= 300) {
      logger.warn("the Runtime API refused the report", {{"status", std::int64_t{reply.status}}});
    }
  } catch (const ApiFailed& failure) {
    logger.warn("the Runtime API could not be told", {{"error", failure.what()}});
  }
}

Runtime::Runtime(Options options, Application& application, Logger& logger, Metrics& metrics, const Clock& clock)
    : options_(std::move(options)),
      application_(application),
      logger_(logger),
      clock_(clock),
      api_(options_.environment.runtime_api, options_.stop_descriptor),
      extension_(options_.environment.runtime_api),
      embedded_metrics_(metrics, options_.environment.metrics, options_.environment.service),
      // Provisioned environments start long before anybody waits for them.
      cold_(options_.environment.initialization_type != "provisioned-concurrency") {}

int Runtime::run() {
  set_log_context(logger_, options_.environment, cold_, nullptr);
  if (options_.graceful_shutdown) extension_.start(logger_);
  while (const auto invocation = next()) {
    handle(*invocation);
    served_ = true;
    cold_ = false;
    set_log_context(logger_, options_.environment, cold_, nullptr);
  }
  logger_.flush();
  return exit_status_;
}

std::optional<Invocation> Runtime::next() {
  for (int failures = 0;;) {
    try {
      auto invocation = api_.next();
      if (!invocation) logger_.info("stopping: Lambda ends this environment");
      return invocation;
    } catch (const ApiFailed& failure) {
      ++failures;
      if (failure.kind() != ApiFailed::Kind::broken || failures == most_failures) {
        logger_.error("stopping: there is no Runtime API to serve", {{"error", failure.what()}});
        exit_status_ = failure.kind() == ApiFailed::Kind::gone && served_ ? 0 : 1;
        return std::nullopt;
      }
      logger_.warn("the Runtime API gave no event, trying again", {{"error", failure.what()}});
      std::this_thread::sleep_for(std::chrono::milliseconds(10) * failures);
    }
  }
}

void Runtime::begin(const Invocation& invocation) {
  set_log_context(logger_, options_.environment, cold_, &invocation);
  // The developer guide, "Custom runtimes": "Set the _X_AMZN_TRACE_ID environment variable with the same value", for
  // whoever calls AWS on. No other thread runs between two invocations.
  if (invocation.trace_id.empty()) {
    ::unsetenv("_X_AMZN_TRACE_ID");
  } else {
    ::setenv("_X_AMZN_TRACE_ID", invocation.trace_id.c_str(), 1);
  }
}

void Runtime::handle(const Invocation& invocation) {
  begin(invocation);
  using EmbeddedMetrics::Unit::count;
  using EmbeddedMetrics::Unit::milliseconds;
  const auto started = std::chrono::steady_clock::now();
  Finished finished;
  if (is_late(invocation, {})) {
    finished.error = deadline_exceeded;
  } else if (auto event = parse_event(invocation.payload, options_.limits); !event) {
    logger_.error("an event was refused", {{"error_type", event.error().type}, {"reason", event.error().message}});
    finished.error = FunctionError{event.error().type, event.error().message};
  } else {
    finished = std::visit([&](auto& known) { return run_event(invocation, known); }, *event);
  }
  // Whoever waited has been told of the timeout by now: an answer that comes later must not be taken for one.
  if (!finished.error && is_late(invocation, {})) finished.error = deadline_exceeded;
  if (finished.error && finished.error->type == deadline_exceeded.type) logger_.error("the deadline has passed");

  const std::chrono::duration<double, std::milli> duration = std::chrono::steady_clock::now() - started;
  embedded_metrics_.put("Duration", milliseconds, duration.count());
  if (cold_) embedded_metrics_.put("ColdStart", count, 1);
  if (finished.error) embedded_metrics_.put("Errors", count, 1);
  finish(invocation, finished);
}

void Runtime::finish(const Invocation& invocation, const Finished& finished) {
  if (finished.streamed && !finished.error) {
    stream(invocation, *finished.streamed, finished.is_head);
    write_metrics(invocation);
    return;
  }
  write_metrics(invocation);
  if (finished.error) {
    report("error", [&] { return api_.fail(invocation.request_id, *finished.error); });
    return;
  }
  const int status = report("answer", [&] { return api_.respond(invocation.request_id, finished.answer); });
  // An answer of which Lambda wants nothing is still owed one.
  if (status == 413) report("error", [&] { return api_.fail(invocation.request_id, too_large); });
}

int Runtime::report(std::string_view what, const std::function<ApiReply()>& call) {
  try {
    const auto reply = call();
    if (reply.status >= 300) {
      logger_.error("the Runtime API refused what was posted",
                    {{"posted", what}, {"status", std::int64_t{reply.status}}});
    }
    return reply.status;
  } catch (const ApiFailed& failure) {
    logger_.error("the Runtime API took nothing", {{"posted", what}, {"error", failure.what()}});
    return 0;
  }
}

void Runtime::write_metrics(const Invocation& invocation) {
  if (options_.environment.metrics_disabled) return;
  const auto line = embedded_metrics_.take_line(clock_.now(), {{"function_name", options_.environment.function_name},
                                                               {"function_request_id", invocation.request_id}});
  if (line) logger_.write_object(*line);
}

bool Runtime::is_late(const Invocation& invocation, std::chrono::milliseconds margin) const {
  return invocation.deadline != Time::max() && clock_.now() >= invocation.deadline - margin;
}

bool Runtime::attempt(std::string_view what, std::string_view id, const std::function<void()>& work) {
  std::string reason;
  try {
    work();
    return true;
  } catch (const std::exception& exception) {
    reason = exception.what();
  } catch (...) {
    reason = "an exception of unknown type";
  }
  logger_.error("work failed", {{"work", what}, {"message_id", id}, {"error", reason}});
  return false;
}

Runtime::Finished Runtime::run_event(const Invocation& invocation, HttpCall& call) {
  auto response = answer(invocation, call);
  Finished finished;
  finished.is_head = call.request.method == http::Method::head;
  if (options_.answer_mode == AnswerMode::buffered) {
    std::optional<std::string> json;
    const bool made = attempt("http", "", [&] { json = to_answer(response, finished.is_head); });
    if (!made || !json) {
      const std::string id(response.headers.get("X-Request-Id"));
      response = made ? too_large_answer(id) : to_response(rejections::internal_error, id);
      if (made) logger_.warn("the answer is larger than Lambda hands over");
      json = to_answer(response, finished.is_head);
    }
    finished.answer = std::move(*json);
  }
  const auto status_class = std::clamp(response.status / 100, 1, 5);
  embedded_metrics_.put(requests_by_class[status_class], EmbeddedMetrics::Unit::count, 1);
  if (options_.answer_mode == AnswerMode::response_stream) finished.streamed = std::move(response);
  return finished;
}

http::Response Runtime::answer(const Invocation& invocation, HttpCall& call) {
  auto& request = call.request;
  // The caller's own id, else the one that Lambda's log has for this invocation.
  if (!http::is_request_id(request.headers.get("X-Request-Id"))) request.request_id = invocation.request_id;
  const auto request_id = request.request_id.empty() ? request.headers.get("X-Request-Id") : request.request_id;
  if (call.rejection) {
    logger_.info("refused", {{"request_id", request_id},
                             {"status", std::int64_t{call.rejection->status}},
                             {"code", call.rejection->code},
                             {"ip", request.peer_ip}});
    return to_response(*call.rejection, request_id, request, options_.error_page);
  }
  std::optional<http::Response> response;
  attempt("http", "", [&] { response = application_.front_door().handle(request); });
  return response ? std::move(*response) : to_response(rejections::internal_error, request_id);
}

// The developer guide, "Reporting batch item failures": the function's event source mapping names
// ReportBatchItemFailures, and what is not listed here is deleted from the queue.
Runtime::Finished Runtime::run_event(const Invocation& invocation, const QueueBatch& batch) {
  boost::json::array failures;
  std::size_t postponed = 0;
  for (const auto& item : batch.items) {
    bool done = false;
    const bool is_first = &item == &batch.items.front();
    if (is_late(invocation, is_first ? options_.deadline_margin : options_.queue_margin)) {
      ++postponed;
    } else if (!item.message) {
      logger_.error("a queued message cannot be read", {{"message_id", item.id}});
    } else {
      done = attempt(item.message->kind, item.id, [&] { application_.work(*item.message); });
    }
    if (!done) failures.push_back(boost::json::object{{"itemIdentifier", item.id}});
  }
  if (postponed > 0) {
    logger_.warn("time is running out: the rest of the batch goes back into the queue",
                 {{"count", static_cast<std::int64_t>(postponed)}});
  }
  using EmbeddedMetrics::Unit::count;
  embedded_metrics_.put("QueueMessages", count, static_cast<double>(batch.items.size()));
  embedded_metrics_.put("QueueFailures", count, static_cast<double>(failures.size()));
  return {.answer = boost::json::serialize(boost::json::object{{"batchItemFailures", std::move(failures)}})};
}

// Events that are handed over asynchronously come again as a whole, so the rest is done in spite of one that failed.
Runtime::Finished Runtime::run_event(const Invocation& invocation, const Uploads& uploads) {
  bool all_done = true;
  for (const auto& object : uploads.objects) {
    if (is_late(invocation, options_.deadline_margin)) return {.error = deadline_exceeded};
    all_done &= attempt("uploaded", "", [&] { application_.uploaded(object); });
  }
  return all_done ? Finished{} : Finished{.error = failed};
}

Runtime::Finished Runtime::run_event(const Invocation& invocation, const Notifications& notifications) {
  bool all_done = true;
  for (const auto& each : notifications.notifications) {
    if (is_late(invocation, options_.deadline_margin)) return {.error = deadline_exceeded};
    all_done &= attempt("notified", each.message_id, [&] { application_.notified(each); });
  }
  return all_done ? Finished{} : Finished{.error = failed};
}

Runtime::Finished Runtime::run_event(const Invocation& invocation, const ScheduleTick& /*tick*/) {
  auto begin_before = invocation.deadline;
  if (begin_before != Time::max()) {
    // Of a short timeout the half, or nothing but the first would ever begin.
    begin_before -= std::min<Time::duration>(options_.tick_margin, (invocation.deadline - clock_.now()) / 2);
  }
  return attempt("tick", "", [&] { application_.tick(begin_before); }) ? Finished{} : Finished{.error = failed};
}

Runtime::Finished Runtime::run_event(const Invocation& /*invocation*/, const NothingToDo& /*nothing*/) {
  logger_.info("an event that asks for nothing");
  return {};
}

// Whether there is more, or no time left for it.
bool Runtime::await(http::WaitingSource& source, const Invocation& invocation) {
  const auto bell = std::make_shared<Bell>();
  while (!is_late(invocation, options_.deadline_margin)) {
    if (!source.wait([bell] { bell->ring(); })) return true;
    auto patience = options_.heartbeat_interval;
    if (invocation.deadline != Time::max()) {
      patience = std::min(patience, invocation.deadline - options_.deadline_margin - clock_.now());
    }
    if (!bell->wait_for(patience)) api_.write(source.heartbeat());
  }
  return false;
}

void Runtime::stream(const Invocation& invocation, const http::Response& response, bool is_head) {
  report("stream", [&] {
    api_.begin_stream(invocation.request_id);
    api_.write(to_prelude(response, is_head));
    const bool with_body = !is_head && has_body(response.status);
    if (with_body) api_.write(response.content());
    auto* waiting = dynamic_cast<http::WaitingSource*>(response.source.get());
    while (with_body && response.source) {
      if (waiting && !await(*waiting, invocation)) {
        api_.write(waiting->farewell());
        break;
      }
      std::optional<std::string> piece;
      if (!attempt("stream", "", [&] { piece = response.source->next(); })) return api_.break_stream(broken_off);
      if (!piece) break;
      api_.write(*piece);
    }
    return api_.end_stream();
  });
}

}  // namespace voyages::runtime::lambda
