#include "runtime/server/service.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <string>

namespace voyages::runtime {

namespace {

// Refusals cost a client nothing, so they must not fill the disk: what is beyond is only counted.
constexpr int refusals_logged_per_s = 20;

std::shared_ptr<WorkerPool> make_pool(unsigned threads, std::size_t queue) {
  if (threads == 0) return nullptr;
  return std::make_shared<WorkerPool>(WorkerPool::Options{.threads = threads, .queue = queue});
}

void watch_queue(Metrics& metrics, std::string_view server, std::string_view lane,
                 const std::shared_ptr<WorkerPool>& pool) {
  if (!pool) return;
  metrics.gauge(
      "voyages_http_queue_length", "Requests that wait for a thread of their lane.",
      [pool] { return static_cast<double>(pool->waiting()); }, fmt::format(R"(server="{}",lane="{}")", server, lane));
}

}  // namespace

Service::Service(const ServerOptions& options, http::Handler& handler, Logger& logger, Metrics& metrics)
    : options_(options),
      handler_(&handler),
      logger_(&logger),
      blocking_(make_pool(options.blocking_threads, options.blocking_queue)),
      outgoing_(make_pool(options.outgoing_threads, options.outgoing_queue)),
      hashing_(make_pool(options.hashing_threads, options.hashing_queue)),
      uploads_(blocking_ ? make_pool(options.upload_threads, options.upload_queue) : nullptr) {
  if (uploads_) {
    streamed_body_limit_ = [this](const http::Request& head) { return handler_->streamed_body_limit(head); };
  }
  const auto add_counter = [&](std::string_view code) {
    auto& counter = metrics.counter("voyages_http_refused_total", "Requests and connections that the server refused.",
                                    fmt::format(R"(server="{}",reason="{}")", options.name, code));
    refusals_.push_back({code, &counter});
  };
  for (const auto& rejection : rejections::all) add_counter(rejection.code);
  metrics.gauge(
      "voyages_http_connections", "Open client connections.",
      [counts = counts_] { return static_cast<double>(counts->connections.load(std::memory_order_relaxed)); },
      fmt::format(R"(server="{}")", options.name));
  watch_queue(metrics, options.name, "blocking", blocking_);
  watch_queue(metrics, options.name, "outgoing", outgoing_);
  watch_queue(metrics, options.name, "hashing", hashing_);
  watch_queue(metrics, options.name, "upload", uploads_);
}

WorkerPool* Service::pool(http::Lane lane) {
  switch (lane) {
    case http::Lane::blocking:
      return blocking_.get();
    case http::Lane::outgoing:
      return outgoing_.get();
    case http::Lane::hashing:
      return hashing_.get();
    case http::Lane::quick:
      break;
  }
  return nullptr;
}

http::Response Service::run(const http::Request& request) {
  std::string what;
  try {
    return handler_->handle(request);
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "an exception of unknown type";
  }
  auto response = refuse(rejections::internal_error, request);
  logger_->error(
      "handler threw",
      {{"error", what}, {"target", request.raw_path()}, {"request_id", response.headers.get("X-Request-Id")}});
  return response;
}

http::Response Service::refuse(const Rejection& rejection, const http::Request& request) {
  count_refusal(rejection.code);
  const auto request_id = request_id_of(request);
  if (may_log_refusal()) {
    logger_->info("refused", {{"request_id", request_id},
                              {"status", std::int64_t{rejection.status}},
                              {"code", rejection.code},
                              {"ip", request.peer_ip}});
  }
  return to_response(rejection, request_id, request, options_.error_page);
}

bool Service::enter() {
  if (counts_->connections.fetch_add(1, std::memory_order_relaxed) < options_.connections) return true;
  leave();
  count_refusal(rejections::too_many_connections.code);
  return false;
}

bool Service::reserve_body(std::size_t bytes) {
  if (body_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= options_.bodies_bytes) return true;
  release_body(bytes);
  return false;
}

bool Service::reserve_unsent(std::size_t bytes) {
  if (unsent_bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= options_.unsent_bytes) return true;
  release_unsent(bytes);
  return false;
}

// Two threads at the turn of a second may log a few lines more.
bool Service::may_log_refusal() {
  if (!logger_->enabled(LogLevel::info)) return false;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  if (refusals_second_.exchange(second, std::memory_order_relaxed) != second) {
    refusals_logged_.store(0, std::memory_order_relaxed);
  }
  return refusals_logged_.fetch_add(1, std::memory_order_relaxed) < refusals_logged_per_s;
}

void Service::count_refusal(std::string_view code) {
  for (const auto& refusal : refusals_) {
    if (refusal.code == code) refusal.counter->add();
  }
}

void Service::stop() {
  if (blocking_) blocking_->stop();
  if (outgoing_) outgoing_->stop();
  if (hashing_) hashing_->stop();
  if (uploads_) uploads_->stop();
}

}  // namespace voyages::runtime
