#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/lambda/runtime.h"
#include "tests/runtime/lambda/fake_api.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::runtime::lambda::test {

/// Remembers what came through its doors, and does what the test says.
class FakeApplication final : public Application, private http::Handler {
 public:
  http::Handler& front_door() override { return *this; }
  void work(const store::QueueMessage& message) override {
    worked.push_back(message);
    if (on_work) on_work(message);
  }
  void tick(Time begin_before) override {
    ++ticks;
    tick_limits.push_back(begin_before);
    if (on_tick) on_tick();
  }
  void uploaded(const UploadedObject& object) override {
    uploads.push_back(object);
    if (on_upload) on_upload(object);
  }
  void notified(const Notification& notification) override { notifications.push_back(notification); }

  std::function<http::Response(const http::Request&)> on_request;
  std::function<void(const store::QueueMessage&)> on_work;
  std::function<void()> on_tick;
  std::function<void(const UploadedObject&)> on_upload;
  std::vector<http::Request> requests;
  std::vector<store::QueueMessage> worked;
  std::vector<UploadedObject> uploads;
  std::vector<Notification> notifications;
  int ticks = 0;
  std::vector<Time> tick_limits;  // until when each may begin something

 private:
  [[nodiscard]] http::Lane lane(const http::Request& /*request*/) const override { return http::Lane::quick; }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    requests.push_back(request);
    return on_request ? on_request(request) : http::Response{};
  }
};

/// A function over an API that follows a script.
class FunctionTest : public testing::Test {
 protected:
  FunctionTest() {
    options.environment.function_name = "the-function";
    options.environment.memory_size_mb = 128;
  }

  int run() {
    options.environment.runtime_api = api.address();
    options.stop_descriptor = api.stop_descriptor();
    const auto path = directory_.path() / "log";
    const int log = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    int status = 0;
    {
      Logger logger(LogLevel::debug, log, LogStyle::lambda);
      Runtime runtime(options, application, logger, metrics, clock);
      status = runtime.run();
    }
    ::close(log);
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      log_text += line + '\n';
      log_lines.push_back(boost::json::parse(line).as_object());
    }
    return status;
  }

  /// The first line that says this, or null.
  const boost::json::object* logged(std::string_view message) const {
    for (const auto& line : log_lines) {
      const auto* said = line.if_contains("message");
      if (said && said->as_string() == message) return &line;
    }
    return nullptr;
  }
  /// The lines of metrics.
  std::vector<boost::json::object> metric_lines() const {
    std::vector<boost::json::object> found;
    for (const auto& line : log_lines) {
      if (line.contains("_aws")) found.push_back(line);
    }
    return found;
  }
  static boost::json::object json(const std::string& text) { return boost::json::parse(text).as_object(); }
  static std::string http_event(std::string_view method, std::string_view path, std::string_view more = "") {
    std::string event = R"({"version":"2.0","rawPath":")";
    event.append(path).append(R"(","rawQueryString":"","headers":{},"requestContext":{"http":{"method":")");
    event.append(method).append(R"(","sourceIp":"192.0.2.7"}})").append(more).append("}");
    return event;
  }

  FakeApi api;
  FakeApplication application;
  Metrics metrics;
  tests::ManualClock clock;
  Options options;
  std::vector<boost::json::object> log_lines;
  std::string log_text;

 private:
  tests::TemporaryDirectory directory_;
};

}  // namespace voyages::runtime::lambda::test
