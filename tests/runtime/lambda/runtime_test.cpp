#include "runtime/lambda/runtime.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/encoding.h"
#include "tests/runtime/lambda/function_fixture.h"

namespace voyages::runtime::lambda::test {
namespace {

using LambdaRuntime = FunctionTest;

constexpr std::string_view tick_event = R"({"source":"voyages.schedule"})";

std::string path_of(std::string_view id, std::string_view what) {
  return "/2018-06-01/runtime/invocation/" + std::string(id) + "/" + std::string(what);
}

TEST_F(LambdaRuntime, AnswersOneEventAfterTheOtherOverOneConnection) {
  for (int i = 0; i < 3; ++i) api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 3);
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts[0].target, path_of("id-1", "response"));
  EXPECT_EQ(posts[2].target, path_of("id-3", "response"));
  EXPECT_EQ(posts[0].body, "null");
  EXPECT_EQ(api.connections(), 2);  // and the extension's
}

TEST_F(LambdaRuntime, RegistersAsAnExtensionOfNoEventsBeforeTheFirstNext) {
  api.event(std::string(tick_event));
  run();
  const auto registrations = api.received("POST", "/2020-01-01/extension/register");
  ASSERT_EQ(registrations.size(), 1U);
  EXPECT_EQ(registrations[0].headers.get("Lambda-Extension-Name"), "voyages-shutdown");
  EXPECT_EQ(registrations[0].body, R"({"events":[]})");
  // Nobody waits for its answer, so it may be on its way yet.
  auto waits = api.received("GET", "/2020-01-01/extension/event/next");
  for (int i = 0; waits.empty() && i < 500; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    waits = api.received("GET", "/2020-01-01/extension/event/next");
  }
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].headers.get("Lambda-Extension-Identifier"), "extension-1");
}

TEST_F(LambdaRuntime, RunsWithoutTheExtensionsApi) {
  api.without_extensions();
  api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 1);
  const auto* line = logged("not registered as an extension");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->at("level").as_string(), "DEBUG");
}

TEST_F(LambdaRuntime, ExportsTheTraceAndTellsTheRequestInEveryLine) {
  api.event(std::string(tick_event));
  application.on_tick = [] {
    const char* trace = std::getenv("_X_AMZN_TRACE_ID");
    EXPECT_STREQ(trace, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    throw std::runtime_error("the disk is on fire");
  };
  run();
  const auto* line = logged("work failed");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->at("level").as_string(), "ERROR");
  EXPECT_EQ(line->at("service").as_string(), "voyages");
  EXPECT_EQ(line->at("cold_start").as_bool(), true);
  EXPECT_EQ(line->at("function_name").as_string(), "the-function");
  EXPECT_EQ(line->at("function_memory_size").as_int64(), 128);
  EXPECT_EQ(line->at("function_request_id").as_string(), "id-1");
  EXPECT_EQ(line->at("xray_trace_id").as_string(), "1-5759e988-bd862e3fe1be46a994272793");
  EXPECT_EQ(line->at("error").as_string(), "the disk is on fire");
  EXPECT_TRUE(parse_rfc3339(std::string_view(line->at("timestamp").as_string())));
}

TEST_F(LambdaRuntime, ReportsWhatThrewWithoutItsText) {
  api.event(std::string(tick_event));
  application.on_tick = [] { throw std::runtime_error("the disk is on fire"); };
  run();
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].target, path_of("id-1", "error"));
  EXPECT_EQ(posts[0].headers.get("Lambda-Runtime-Function-Error-Type"), "Function.Failed");
  const auto error = json(posts[0].body);
  EXPECT_EQ(error.at("errorType").as_string(), "Function.Failed");
  EXPECT_TRUE(error.at("stackTrace").as_array().empty());
  EXPECT_EQ(posts[0].body.find("fire"), std::string::npos);
}

TEST_F(LambdaRuntime, RefusesWhatIsNoEventAndGoesOnWithoutAWordOfIt) {
  const std::string deep = "\"top secret\"";
  for (const auto& payload :
       {std::string(R"({"secret":"top secret"})"), std::string("top secret"), std::string("\"top secret\xff\""),
        std::string(100, '[') + deep + std::string(100, ']'),
        std::string(R"({"Records":[{"eventSource":"top secret"}]})"),
        std::string(R"({"version":"2.0","requestContext":{"http":{"method":"GET"}},"rawPath":"top secret"})"),
        http_event("POST", "/a", R"(,"body":"top secret","isBase64Encoded":true)")}) {
    api.event(payload);
  }
  api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 8U);
  const std::vector<std::string> types{"Runtime.UnknownEvent", "Runtime.InvalidEvent", "Runtime.InvalidEvent",
                                       "Runtime.InvalidEvent", "Runtime.UnknownEvent", "Runtime.InvalidEvent",
                                       "Runtime.InvalidEvent"};
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_TRUE(posts[i].target.ends_with("/error")) << i;
    EXPECT_EQ(posts[i].headers.get("Lambda-Runtime-Function-Error-Type"), types[i]) << i;
    EXPECT_EQ(posts[i].body.find("secret"), std::string::npos);
  }
  EXPECT_TRUE(posts[7].target.ends_with("/response"));
  EXPECT_EQ(application.ticks, 1);
  EXPECT_TRUE(logged("an event was refused"));
  EXPECT_EQ(log_text.find("secret"), std::string::npos);
}

TEST_F(LambdaRuntime, TakesALateEventForNothingElse) {
  api.next({.body = std::string(tick_event), .fields = FakeApi::event_fields("late", to_ms(clock.now()))});
  api.next({.body = std::string(tick_event), .fields = FakeApi::event_fields("slow", to_ms(clock.now()) + 500)});
  application.on_tick = [this] { clock.advance(std::chrono::milliseconds(600)); };
  run();
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts[0].target, path_of("late", "error"));
  EXPECT_EQ(posts[1].target, path_of("slow", "error"));
  EXPECT_EQ(posts[1].headers.get("Lambda-Runtime-Function-Error-Type"), "Function.DeadlineExceeded");
  EXPECT_EQ(application.ticks, 1);
}

TEST_F(LambdaRuntime, LetsATickBeginNothingWhenItsDeadlineIsNear) {
  using std::chrono::seconds;
  const auto now = clock.now();
  for (const auto timeout : {seconds(50), seconds(6)}) {
    api.next({.body = std::string(tick_event), .fields = FakeApi::event_fields("tick", to_ms(now + timeout))});
  }
  run();
  EXPECT_EQ(application.tick_limits, (std::vector<Time>{now + seconds(40), now + seconds(3)}));
}

TEST_F(LambdaRuntime, GoesOnAfterARefusedOrLostPost) {
  api.on_post({.status = 400});
  api.on_post({.status = 500});
  api.on_post({.fault = Scripted::Fault::cut_before});
  api.on_post({.status = 202, .fault = Scripted::Fault::cut_midway});
  for (int i = 0; i < 4; ++i) api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 4);
  EXPECT_TRUE(logged("the Runtime API refused what was posted"));
  EXPECT_TRUE(logged("the Runtime API took nothing"));
}

TEST_F(LambdaRuntime, PostsAgainOverANewConnectionWhenTheOldOneBreaks) {
  api.on_post({.fault = Scripted::Fault::cut_before});
  api.event(std::string(tick_event));
  run();
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts[0].raw, posts[1].raw);
}

TEST_F(LambdaRuntime, ReportsAnAnswerThatLambdaFindsTooLarge) {
  api.on_post({.status = 413});
  api.event(std::string(tick_event));
  run();
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts[1].target, path_of("id-1", "error"));
  EXPECT_EQ(posts[1].headers.get("Lambda-Runtime-Function-Error-Type"), "Function.ResponseSizeTooLarge");
}

TEST_F(LambdaRuntime, AsksAgainWhenAnEventIsCutShort) {
  api.next({.body = std::string(tick_event), .fault = Scripted::Fault::cut_midway});
  api.next({.body = std::string(tick_event), .fault = Scripted::Fault::cut_before});
  api.next({.status = 403, .body = "{}"});
  api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 1);
  EXPECT_EQ(api.posts().size(), 1U);
}

TEST_F(LambdaRuntime, WaitsForASlowApi) {
  api.next({.body = std::string(tick_event), .delay = std::chrono::milliseconds(300)});
  api.on_post({.status = 202, .delay = std::chrono::milliseconds(300)});
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 1);
  EXPECT_EQ(log_text.find("ERROR"), std::string::npos);
}

TEST_F(LambdaRuntime, EndsPromptlyWhenTheApiCallsTheEnvironmentLost) {
  api.next({.status = 500, .body = "{}"});
  api.event(std::string(tick_event));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(application.ticks, 0);
}

TEST_F(LambdaRuntime, GivesUpOnAnApiThatNeverGivesAnEvent) {
  for (int i = 0; i < 20; ++i) api.next({.body = "{}", .fault = Scripted::Fault::cut_before});
  EXPECT_EQ(run(), 1);
  EXPECT_TRUE(logged("stopping: there is no Runtime API to serve"));
}

TEST_F(LambdaRuntime, EndsCleanlyWhenTheApiIsGone) {
  api.event(std::string(tick_event));
  api.vanish_at_the_end();
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 1);
}

TEST_F(LambdaRuntime, FailsWhenThereIsNoApiAtAll) {
  api.stop();
  EXPECT_EQ(run(), 1);
  const auto* line = logged("stopping: there is no Runtime API to serve");
  ASSERT_TRUE(line);
  EXPECT_NE(std::string(line->at("error").as_string()).find(api.address()), std::string::npos);
}

TEST_F(LambdaRuntime, RefusesAnEventWithoutARequestId) {
  api.next({.body = std::string(tick_event), .fields = "Lambda-Runtime-Deadline-Ms: 1\r\n"});
  api.next({.body = std::string(tick_event), .fields = "Lambda-Runtime-Aws-Request-Id: ../../init/error?\r\n"});
  api.event(std::string(tick_event));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.ticks, 1);
}

TEST(LambdaInitError, TellsTheApiAndTheLogWhatTheOperatorMustKnow) {
  FakeApi api;
  Logger logger(LogLevel::off, 2, LogStyle::lambda);
  Environment environment;
  environment.runtime_api = api.address();
  report_init_error(environment, logger, std::runtime_error("VOYAGES_TABLE is not set."));
  const auto posts = api.posts();
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(posts[0].headers.get("Lambda-Runtime-Function-Error-Type"), "Function.InitFailed");
  EXPECT_EQ(posts[0].body,
            R"({"errorMessage":"VOYAGES_TABLE is not set.","errorType":"Function.InitFailed","stackTrace":[]})");
}

TEST(LambdaInitError, SurvivesAnApiThatIsNotThere) {
  Logger logger(LogLevel::off, 2, LogStyle::lambda);
  Environment environment;
  environment.runtime_api = "127.0.0.1:1";
  report_init_error(environment, logger, std::runtime_error("x"));
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
