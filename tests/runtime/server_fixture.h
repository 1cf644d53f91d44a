#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "http/message.h"
#include "runtime/server/server.h"
#include "tests/support/http_client.h"

namespace voyages::runtime::test {

/// A door that holds back whoever calls `pass` until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

/// Answers with what it saw: `METHOD target [body]`. The first part of the path chooses the lane and what goes wrong.
class EchoHandler final : public http::Handler {
 public:
  [[nodiscard]] http::Lane lane(const http::Request& request) const override {
    if (request.target.starts_with("/blocking")) return http::Lane::blocking;
    if (request.target.starts_with("/hashing")) return http::Lane::hashing;
    if (request.target.starts_with("/outgoing")) return http::Lane::outgoing;
    return http::Lane::quick;
  }

  [[nodiscard]] http::Response handle(const http::Request& request) override {
    ++handled;
    if (request.target == "/throws") throw std::runtime_error("the disk is on fire");
    if (request.target.ends_with("/gate")) gate.pass();
    http::Response response;
    response.headers.add("Content-Type", "text/plain");
    if (request.target == "/large") {
      response.body.assign(32 * 1024 * 1024, 'x');
    } else if (request.target == "/static") {
      response.static_body = page;
    } else if (request.target == "/peer") {
      response.body = request.peer_ip;
    } else if (request.target == "/headers") {
      for (const auto& [name, value] : request.headers) response.body.append(name).append("=").append(value) += ';';
    } else {
      response.body.append(to_string(request.method)).append(" ").append(request.target);
      if (!request.body.empty()) response.body.append(" [").append(request.body).append("]");
    }
    return response;
  }

  Gate gate;
  std::atomic<int> handled{0};
  const std::string page = std::string(8 * 1024 * 1024, 'p') + "end";
};

/// A running server of such a handler on a free port; stops when it goes.
template <class Handler>
class Serving {
 public:
  explicit Serving(ServerOptions options = {}, int log_descriptor = -1)
      : logger_(log_descriptor < 0 ? LogLevel::off : LogLevel::info, log_descriptor),
        server_(with_few_threads(std::move(options)), handler, logger_, metrics),
        thread_([this] { server_.run(); }) {}
  ~Serving() { stop(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] voyages::test::RawClient connect() const { return voyages::test::RawClient(port()); }
  void request_stop() { server_.stop(); }
  void stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Handler handler;
  Metrics metrics;

 private:
  static ServerOptions with_few_threads(ServerOptions options) {
    options.io_threads = std::min(options.io_threads, 2U);
    return options;
  }

  Logger logger_;
  Server server_;
  std::thread thread_;
};

/// A running server that echoes, and holds no request back when it goes.
class RunningServer : public Serving<EchoHandler> {
 public:
  using Serving::Serving;
  ~RunningServer() { handler.gate.open(); }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
};

inline std::string get(std::string_view target) {
  return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
}
/// One after which the server closes the connection.
inline std::string last_get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
}

}  // namespace voyages::runtime::test
