#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/message.h"

namespace voyages::runtime::lambda::test {

/// How the API answers one `next`, or one post.
struct Scripted {
  int status = 200;
  std::string body{};
  std::string fields{};  // each with its line's end
  enum class Fault { none, cut_before, cut_midway } fault = Fault::none;
  std::chrono::milliseconds delay{0};
};

/// What a runtime sent.
struct Received {
  std::string method;
  std::string target;
  http::Headers headers;  // trailers included
  std::string body;       // out of its chunks
  std::string raw;        // as it came
};

/// The Runtime API and the Extensions API for one environment, by a script: the events one after the other, and when
/// they are through, the stop descriptor is readable. Records all that is posted.
class FakeApi {
 public:
  FakeApi() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no port for the API of the test");
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this] { accept(); });
  }
  ~FakeApi() {
    stop();
    ::close(stop_descriptor_);
  }
  FakeApi(const FakeApi&) = delete;
  FakeApi& operator=(const FakeApi&) = delete;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int stop_descriptor() const { return stop_descriptor_; }

  void next(Scripted answer) {
    if (answer.fields.empty()) answer.fields = event_fields("id-" + std::to_string(++events_));
    nexts_.push_back(std::move(answer));
  }
  void event(std::string json) { next({.body = std::move(json)}); }
  void on_post(Scripted answer) { posts_.push_back(std::move(answer)); }
  void vanish_at_the_end() { vanishes_ = true; }
  void without_extensions() { has_extensions_ = false; }

  static std::string event_fields(const std::string& id, std::int64_t deadline_ms = 4'000'000'000'000) {
    return "Lambda-Runtime-Aws-Request-Id: " + id + "\r\nLambda-Runtime-Deadline-Ms: " + std::to_string(deadline_ms) +
           "\r\nLambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
           "\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:f\r\n";
  }

  /// Ends all that goes on; what was received stays.
  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopped_ = true;
      ::shutdown(listener_, SHUT_RDWR);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    if (accepting_.joinable()) accepting_.join();
    connections_.clear();
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
  }

  /// What was posted to the Runtime API, in order.
  std::vector<Received> posts() const { return received("POST", "/2018-06-01/"); }
  std::vector<Received> received(std::string_view method, std::string_view prefix) const {
    const std::scoped_lock lock(mutex_);
    std::vector<Received> found;
    for (const auto& each : received_) {
      if (each.method == method && each.target.starts_with(prefix)) found.push_back(each);
    }
    return found;
  }
  [[nodiscard]] int connections() const {
    const std::scoped_lock lock(mutex_);
    return accepted_;
  }

 private:
  void accept() {
    for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      const std::scoped_lock lock(mutex_);
      ++accepted_;
      sockets_.push_back(socket);
      if (stopped_) ::shutdown(socket, SHUT_RDWR);
      connections_.emplace_back([this, socket] {
        serve(socket);
        const std::scoped_lock gone(mutex_);
        std::erase(sockets_, socket);
        ::close(socket);
      });
    }
  }

  void serve(int socket) {
    while (auto request = read(socket)) {
      const bool goes_on = answer(socket, *request);
      if (!goes_on) return;
    }
  }

  static std::optional<Received> read(int socket) {
    namespace beast_http = boost::beast::http;
    beast_http::request_parser<beast_http::string_body> parser;
    parser.body_limit(boost::none);
    parser.eager(true);
    Received request;
    std::string pending;
    char buffer[64 * 1024];
    while (!parser.is_done()) {
      const auto count = ::recv(socket, buffer, sizeof buffer, 0);
      if (count <= 0) return std::nullopt;
      request.raw.append(buffer, static_cast<std::size_t>(count));
      pending.append(buffer, static_cast<std::size_t>(count));
      boost::beast::error_code error;
      pending.erase(0, parser.put(boost::asio::const_buffer(pending.data(), pending.size()), error));
      if (error && error != beast_http::error::need_more) return std::nullopt;
    }
    request.method = std::string(parser.get().method_string());
    request.target = std::string(parser.get().target());
    for (const auto& field : parser.get()) {
      request.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    request.body = parser.get().body();
    return request;
  }

  bool answer(int socket, const Received& request) {
    Scripted answer;
    {
      const std::scoped_lock lock(mutex_);
      received_.push_back(request);
      if (request.target.ends_with("/extension/register")) {
        answer = {.status = has_extensions_ ? 200 : 404, .fields = "Lambda-Extension-Identifier: extension-1\r\n"};
      } else if (request.target.ends_with("/extension/event/next")) {
        return true;  // never answered
      } else if (request.method == "POST") {
        answer = take(posts_).value_or(Scripted{.status = 202});
      } else if (auto event = take(nexts_)) {
        answer = std::move(*event);
      } else {
        if (vanishes_) {
          ::shutdown(listener_, SHUT_RDWR);
          return false;
        }
        const std::uint64_t one = 1;
        (void)!::write(stop_descriptor_, &one, sizeof one);  // an eventfd takes it
        return true;
      }
    }
    std::this_thread::sleep_for(answer.delay);
    if (answer.fault == Scripted::Fault::cut_before) return false;
    std::string message = "HTTP/1.1 " + std::to_string(answer.status) + " Status\r\n" + answer.fields +
                          "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    const bool cut = answer.fault == Scripted::Fault::cut_midway;
    if (cut) message.resize(message.size() - answer.body.size() / 2 - 1);
    return ::send(socket, message.data(), message.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(message.size()) && !cut;
  }

  static std::optional<Scripted> take(std::deque<Scripted>& script) {
    if (script.empty()) return std::nullopt;
    auto first = std::move(script.front());
    script.pop_front();
    return first;
  }

  mutable std::mutex mutex_;
  int listener_ = -1;
  int stop_descriptor_ = ::eventfd(0, EFD_CLOEXEC);
  std::uint16_t port_ = 0;
  int events_ = 0;
  int accepted_ = 0;
  bool stopped_ = false;
  bool vanishes_ = false;
  bool has_extensions_ = true;
  std::deque<Scripted> nexts_;
  std::deque<Scripted> posts_;
  std::vector<Received> received_;
  std::vector<int> sockets_;
  std::list<std::jthread> connections_;
  std::jthread accepting_;
};

}  // namespace voyages::runtime::lambda::test
