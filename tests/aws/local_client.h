#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"

namespace voyages::tests {

/// Credentials that do not change.
class FixedCredentials final : public aws::CredentialsSource {
 public:
  FixedCredentials(std::string id, std::string_view secret) : id_(std::move(id)), secret_(secret) {}
  aws::Credentials get() override { return {id_, secret_, {}, {}}; }
  void expire() override {}

 private:
  std::string id_;
  Secret secret_;
};

/// A client whose every service is a server on this machine. It sends each call once, unless told otherwise.
class LocalClient {
 public:
  explicit LocalClient(const ScriptedServer& server, unsigned attempts = 1)
      : LocalClient({.tls = false, .host = "127.0.0.1", .port = server.port()}, attempts, "AKIDEXAMPLE", "secret") {}
  LocalClient(const http::client::Origin& origin, unsigned attempts, std::string id, std::string_view secret)
      : credentials_(std::move(id), secret),
        client_({.region = "eu-central-1", .endpoints = {{"", origin}}, .attempts = attempts}, credentials_, http_,
                clock_, log_, metrics_) {}

  aws::Client& get() { return client_; }
  Logger& log() { return log_; }

 private:
  FixedCredentials credentials_;
  http::client::Client http_{http::client::Trust::amazon};
  SystemClock clock_;
  Logger log_{LogLevel::off, -1};
  Metrics metrics_;
  aws::Client client_;
};

/// Of one with a body.
inline bool is_whole_answer(const std::string& bytes) {
  const auto head_end = bytes.find("\r\n\r\n");
  const auto field = bytes.find("Content-Length: ");
  if (head_end == std::string::npos || field > head_end) return false;
  return bytes.size() - head_end - 4 == std::strtoul(bytes.c_str() + field + 16, nullptr, 10);
}

/// A server that says the same to everything, and keeps the last request. What is no whole answer is followed by the
/// connection's end.
class Answering {
 public:
  explicit Answering(std::string bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const ScriptedServer& server() const { return server_; }
  [[nodiscard]] std::string request() const {
    const std::scoped_lock lock(mutex_);
    return request_;
  }
  /// How many requests came.
  [[nodiscard]] int count() const { return count_; }

 private:
  void serve(ServerSide& side) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      {
        const std::scoped_lock lock(mutex_);
        request_ = std::move(request);
      }
      ++count_;
      side.send(bytes_);
      if (!is_whole_answer(bytes_)) return;
    }
  }

  const std::string bytes_;
  mutable std::mutex mutex_;
  std::string request_;
  std::atomic<int> count_{0};
  ScriptedServer server_{[this](ServerSide& side, unsigned) { serve(side); }};  // last: it uses the others
};

}  // namespace voyages::tests
