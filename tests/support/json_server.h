#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.h"
#include "tests/support/scripted_server.h"

namespace voyages::tests {

/// What came in at a `JsonServer`.
struct ReceivedRequest {
  std::string method;
  std::string target;
  std::string head;  // the request line and the fields, as they came
  std::string body;

  [[nodiscard]] std::string path() const { return target.substr(0, target.find('?')); }
  /// A field's value; empty when it is absent.
  [[nodiscard]] std::string field(const std::string& name) const {
    const auto begin = head.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return {};
    const auto value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
  }
  /// The form in the body, decoded.
  [[nodiscard]] std::map<std::string, std::string> form() const {
    std::map<std::string, std::string> fields;
    const auto pairs = http::parse_query(body);
    for (const auto& [name, value] : pairs.value()) fields[name] = value;
    return fields;
  }
};

/// An answer of a `JsonServer`.
struct JsonAnswer {
  boost::json::value body;
  int status = 200;
  std::string fields{};  // more of them, each with its line break
};

/// A server on loopback whose every path answers with JSON, or 404. Thread-safe.
class JsonServer {
 public:
  using Handler = std::function<JsonAnswer(const ReceivedRequest&)>;

  JsonServer() : server_([this](ServerSide& side, unsigned) { serve(side); }) {}

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  void on(const std::string& path, Handler handler) {
    const std::scoped_lock lock(mutex_);
    handlers_[path] = std::move(handler);
  }
  /// The requests for a path so far.
  std::vector<ReceivedRequest> received(std::string_view path) {
    const std::scoped_lock lock(mutex_);
    std::vector<ReceivedRequest> found;
    for (const auto& request : requests_) {
      if (request.path() == path) found.push_back(request);
    }
    return found;
  }

 private:
  static ReceivedRequest parse(const std::string& text) {
    const auto head_end = text.find("\r\n\r\n");
    ReceivedRequest request;
    request.head = text.substr(0, head_end + 2);
    request.body = text.substr(head_end + 4);
    const auto first = text.find(' ');
    const auto second = text.find(' ', first + 1);
    request.method = text.substr(0, first);
    request.target = text.substr(first + 1, second - first - 1);
    return request;
  }

  JsonAnswer answer(const ReceivedRequest& request) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    const auto found = handlers_.find(request.path());
    return found == handlers_.end() ? JsonAnswer{nullptr, 404} : found->second(request);
  }

  void serve(ServerSide& side) {
    for (auto text = side.receive(); !text.empty(); text = side.receive()) {
      const auto given = answer(parse(text));
      const auto body = boost::json::serialize(given.body);
      side.send("HTTP/1.1 " + std::to_string(given.status) + " X\r\nContent-Type: application/json\r\n" + given.fields +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  }

  std::mutex mutex_;
  std::map<std::string, Handler> handlers_;
  std::vector<ReceivedRequest> requests_;
  ScriptedServer server_;
};

}  // namespace voyages::tests
