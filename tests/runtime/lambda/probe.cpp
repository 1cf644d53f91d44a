#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "base/encoding.h"
#include "runtime/lambda/runtime.h"
#include "runtime/lambda/termination.h"

// A function around the real runtime, for tests/support/lambda_probe.mjs: it answers with what it saw.

namespace voyages::runtime::lambda {
namespace {

class Pieces final : public http::BodySource {
 public:
  explicit Pieces(bool breaks) : breaks_(breaks) {}
  std::optional<std::string> next() override {
    if (count_++ < 3) return "piece " + std::to_string(count_) + "\n";
    if (breaks_) throw std::runtime_error("no more pieces");
    return std::nullopt;
  }

 private:
  bool breaks_;
  int count_ = 0;
};

class Probe final : public Application, private http::Handler {
 public:
  http::Handler& front_door() override { return *this; }
  void work(const store::QueueMessage& message) override {
    if (message.kind == "fail") throw std::runtime_error("this kind fails");
  }
  void tick(Time) override { throw std::runtime_error("this always fails"); }
  void uploaded(const UploadedObject& /*object*/) override {}
  void notified(const Notification& /*notification*/) override {}

 private:
  [[nodiscard]] http::Lane lane(const http::Request& /*request*/) const override { return http::Lane::quick; }

  [[nodiscard]] http::Response handle(const http::Request& request) override {
    http::Response response;
    response.headers.add("Content-Type", "text/plain");
    response.headers.add("Set-Cookie", "a=1");
    response.headers.add("Set-Cookie", "b=2");
    if (request.target == "/large") {
      response.body.assign(7U << 20, 'x');
    } else if (request.target.starts_with("/stream")) {
      response.source = std::make_shared<Pieces>(request.target == "/stream/broken");
    } else if (request.target == "/bytes") {
      response.body = std::string("\x1f\x8b\x00\xff", 4);
    } else {
      response.body.append(to_string(request.method)).append(" ").append(request.target).append("\n");
      for (const auto& [name, value] : request.headers) response.body.append(name).append(": ").append(value) += '\n';
      response.body.append("\n").append(to_hex(request.body));
    }
    return response;
  }
};

int run() {
  const Termination termination;
  Options options;
  options.environment = Environment::read();
  options.stop_descriptor = termination.descriptor();
  if (std::getenv("PROBE_STREAMS")) options.answer_mode = AnswerMode::response_stream;
  Logger logger(options.environment.log_level.value_or(LogLevel::info), STDOUT_FILENO, LogStyle::lambda);
  try {
    if (std::getenv("PROBE_FAILS")) throw std::runtime_error("PROBE_FAILS is set: unset it.");
    Probe probe;
    Metrics metrics;
    const SystemClock clock;
    return Runtime(options, probe, logger, metrics, clock).run();
  } catch (const std::exception& exception) {
    report_init_error(options.environment, logger, exception);
    return 1;
  }
}

}  // namespace
}  // namespace voyages::runtime::lambda

int main() { return voyages::runtime::lambda::run(); }
