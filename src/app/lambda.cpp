#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/engine.h"
#include "base/failure.h"
#include "runtime/lambda/runtime.h"
#include "runtime/lambda/termination.h"

namespace voyages::app {

namespace {

namespace lambda_runtime = runtime::lambda;

/// Every request looks first whether what this instance remembers is still so: no tick comes by here.
class CurrentHandler final : public http::Handler {
 public:
  explicit CurrentHandler(App& app) : app_(app) {}

  [[nodiscard]] http::Lane lane(const http::Request& request) const override { return app_.front_door().lane(request); }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    app_.keep_current();
    return app_.front_door().handle(request);
  }

 private:
  App& app_;
};

/// The doors of the app, as Lambda knocks on them.
class Doors final : public lambda_runtime::Application {
 public:
  explicit Doors(Engine& engine) : engine_(engine), front_door_(engine.app()) {}

  http::Handler& front_door() override { return front_door_; }
  void work(const store::QueueMessage& message) override { engine_.app().work(message); }
  void tick(Time begin_before) override { engine_.app().tick(begin_before); }
  void uploaded(const lambda_runtime::UploadedObject& object) override {
    engine_.log().debug("no service takes uploads", {{"size_bytes", static_cast<std::int64_t>(object.size_bytes)}});
  }
  void notified(const lambda_runtime::Notification& notification) override {
    if (engine_.app().take_notification(notification.message)) return;
    engine_.log().warn("no service takes this notification", {{"message_id", notification.message_id}});
  }

 private:
  Engine& engine_;
  CurrentHandler front_door_;
};

// Nothing that is kept on a function's disk outlives it.
Config function_config() {
  constexpr auto* next = "Deploy with the template (docs/deploy.md), or set these in the function's environment.";
  auto loaded = load_config({.environment = read_environment()});
  if (!loaded) throw Failure(fmt::format("{}", fmt::join(loaded.error(), " ")), next);
  const auto& config = loaded->config;
  if (config.uses_data_directory()) {
    throw Failure(
        "A Lambda function has no disk that lasts, so VOYAGES_TABLE=dynamodb, VOYAGES_SQS_QUEUE_URL, VOYAGES_S3_BUCKET "
        "and VOYAGES_MAIL_TRANSPORT=ses are needed.",
        next);
  }
  if (config.master_key.empty()) throw Failure("A Lambda function needs VOYAGES_MASTER_KEY.", next);
  return std::move(loaded->config);
}

std::unique_ptr<Logger> make_log(const lambda_runtime::Environment& environment, LogLevel level) {
  auto log = std::make_unique<Logger>(level, STDERR_FILENO, LogStyle::lambda);
  lambda_runtime::set_log_context(*log, environment, true, nullptr);
  return log;
}

}  // namespace

int lambda() {
  const lambda_runtime::Termination termination;
  const auto environment = lambda_runtime::Environment::read();
  try {
    const auto config = function_config();
    Engine engine(config, store::sqlite::Access::shared,
                  make_log(environment, environment.log_level.value_or(config.log_level)));
    Doors doors(engine);
    return lambda_runtime::Runtime(
               {.environment = environment,
                .answer_mode = config.lambda_response_mode == LambdaResponseMode::streaming
                                   ? lambda_runtime::AnswerMode::response_stream
                                   : lambda_runtime::AnswerMode::buffered,
                .limits = {.body_bytes = config.max_body_bytes},
                .error_page = [&engine](std::string_view path,
                                        int status) { return engine.app().error_page(path, status); },
                .stop_descriptor = termination.descriptor()},
               doors, engine.log(), engine.metrics(), engine.clock())
        .run();
  } catch (const std::exception& error) {
    lambda_runtime::report_init_error(environment, *make_log(environment, LogLevel::error), error);
    return 1;
  }
}

}  // namespace voyages::app
