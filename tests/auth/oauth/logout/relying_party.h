#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scripted_server.h"

namespace voyages::tests {

/// A client's server: answers each POST with the next status, and keeps what it got.
class RelyingParty {
 public:
  explicit RelyingParty(std::deque<std::string> answers = {}) : answers_(std::move(answers)) {}

  [[nodiscard]] std::string uri() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/logout?x=1"; }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve(ServerSide& side) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(std::move(request));
      std::string status = "200 OK";
      if (!answers_.empty()) {
        status = answers_.front();
        answers_.pop_front();
      }
      side.send("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
    }
  }

  std::mutex mutex_;
  std::deque<std::string> answers_;
  std::vector<std::string> requests_;
  ScriptedServer server_{[this](ServerSide& side, unsigned) { serve(side); }};
};

}  // namespace voyages::tests
