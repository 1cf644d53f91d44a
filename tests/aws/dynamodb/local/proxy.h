#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "tests/aws/dynamodb/local/local_table.h"
#include "tests/support/http_client.h"
#include "tests/support/scripted_server.h"

namespace voyages::aws::dynamodb::tests {

/// Stands before DynamoDB Local and loses what the test says.
class Proxy {
 public:
  /// What becomes of a request.
  enum class Fate {
    pass,
    lose_request,  // the connection is cut before DynamoDB has it
    lose_answer,   // the connection is cut when DynamoDB has done it
    fail,          // DynamoDB has done it, and the answer is an error of the server
  };

  [[nodiscard]] http::client::Origin origin() const {
    return {.tls = false, .host = "127.0.0.1", .port = server_.port()};
  }
  /// Of the next requests; those after them pass.
  void next(std::initializer_list<Fate> fates) {
    const std::scoped_lock lock(mutex_);
    fates_ = fates;
    seen_.clear();
  }
  /// The operations since `next`.
  std::vector<std::string> seen() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  void serve(voyages::tests::ServerSide& side) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      const auto fate = begin(request);
      if (fate == Fate::lose_request) return;
      test::RawClient dynamodb(local_origin().port);
      dynamodb.send(request);
      const auto answer = dynamodb.try_receive();
      if (fate == Fate::lose_answer || !answer) return;
      if (fate == Fate::pass) {
        side.send(answer->head + "\r\n\r\n" + answer->body);
      } else {
        side.send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}");
      }
    }
  }

  Fate begin(std::string_view request) {
    constexpr std::string_view target = "DynamoDB_20120810.";
    const auto name = request.substr(request.find(target) + target.size());
    const std::scoped_lock lock(mutex_);
    seen_.emplace_back(name.substr(0, name.find('\r')));
    if (fates_.empty()) return Fate::pass;
    const auto fate = fates_.front();
    fates_.pop_front();
    return fate;
  }

  std::mutex mutex_;
  std::deque<Fate> fates_;
  std::vector<std::string> seen_;
  voyages::tests::ScriptedServer server_{[this](voyages::tests::ServerSide& side, unsigned) { serve(side); }};
};

}  // namespace voyages::aws::dynamodb::tests
