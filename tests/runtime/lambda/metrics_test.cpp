#include <set>

#include "runtime/lambda/embedded_metrics.h"
#include "tests/runtime/lambda/function_fixture.h"

namespace voyages::runtime::lambda::test {
namespace {

using boost::json::object;

// CloudWatch user guide, "Specification: Embedded metric format", as far as one line must keep to it.
void expect_embedded_metrics(const object& line) {
  const auto& aws = line.at("_aws").as_object();
  EXPECT_EQ(aws.size(), 2U);
  EXPECT_TRUE(aws.at("Timestamp").is_int64());
  ASSERT_EQ(aws.at("CloudWatchMetrics").as_array().size(), 1U);
  const auto& directive = aws.at("CloudWatchMetrics").as_array()[0].as_object();
  EXPECT_EQ(directive.size(), 3U);
  const std::string name_space(directive.at("Namespace").as_string());
  EXPECT_GE(name_space.size(), 1U);
  EXPECT_LE(name_space.size(), 1024U);
  for (const auto& set : directive.at("Dimensions").as_array()) {
    EXPECT_LE(set.as_array().size(), 30U);
    for (const auto& dimension : set.as_array()) {
      const auto& value = line.at(std::string_view(dimension.as_string())).as_string();
      EXPECT_GE(value.size(), 1U);
      EXPECT_LE(value.size(), 1024U);
    }
  }
  const auto& metrics = directive.at("Metrics").as_array();
  EXPECT_GE(metrics.size(), 1U);
  EXPECT_LE(metrics.size(), 100U);
  std::set<std::string> names;
  for (const auto& metric : metrics) {
    const std::string name(metric.at("Name").as_string());
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
    const auto unit = metric.at("Unit").as_string();
    EXPECT_TRUE(unit == "Count" || unit == "Milliseconds") << unit;
    EXPECT_TRUE(line.at(name).is_number()) << name;
  }
}

std::set<std::string> names_in(const object& line) {
  std::set<std::string> names;
  for (const auto& metric : line.at("_aws").at("CloudWatchMetrics").at(0).at("Metrics").as_array()) {
    names.insert(std::string(metric.at("Name").as_string()));
  }
  return names;
}

using LambdaMetrics = FunctionTest;

TEST_F(LambdaMetrics, AreOneLineAnInvocation) {
  options.environment.metrics = "MyName\"space";
  options.environment.service = "mail";
  application.on_request = [](const http::Request&) { return http::Response{.status = 404}; };
  api.event(http_event("GET", "/a"));
  api.event(http_event("GET", "/b"));
  run();
  const auto lines = metric_lines();
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) expect_embedded_metrics(line);
  EXPECT_EQ(names_in(lines[0]), (std::set<std::string>{"ColdStart", "Duration", "Requests4xx"}));
  EXPECT_EQ(names_in(lines[1]), (std::set<std::string>{"Duration", "Requests4xx"}));
  EXPECT_EQ(lines[0].at("_aws").at("CloudWatchMetrics").at(0).at("Namespace").as_string(), "MyName\"space");
  EXPECT_EQ(lines[0].at("_aws").at("Timestamp").as_int64(), to_ms(clock.now()));
  EXPECT_EQ(lines[0].at("service").as_string(), "mail");
  EXPECT_EQ(lines[0].at("function_name").as_string(), "the-function");
  EXPECT_EQ(lines[1].at("function_request_id").as_string(), "id-2");
}

TEST_F(LambdaMetrics, CountWhatGrewInTheRegistry) {
  auto& reads = metrics.counter("voyages_aws_requests_total", "Requests.", R"(service="dynamodb",operation="GetItem")");
  auto& writes =
      metrics.counter("voyages_aws_requests_total", "Requests.", R"(service="dynamodb",operation="PutItem")");
  metrics.counter("voyages_idle_total", "Never.");
  metrics.histogram("voyages_x_seconds", "x");
  metrics.gauge("voyages_g", "g", [] { return 1.0; });
  reads.add(2);  // before there was an event
  api.event(R"({"source":"voyages.schedule"})");
  api.event(R"({"source":"voyages.schedule"})");
  api.event(R"({"source":"voyages.schedule"})");
  application.on_tick = [&] {
    if (application.ticks == 3) return;
    reads.add(3);
    writes.add(1);
  };
  run();
  const auto lines = metric_lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("AwsRequests").to_number<double>(), 6);
  EXPECT_EQ(lines[1].at("AwsRequests").to_number<double>(), 4);
  EXPECT_FALSE(lines[2].contains("AwsRequests"));
  EXPECT_FALSE(lines[0].contains("Idle"));
}

TEST_F(LambdaMetrics, TellTheFailuresOfTheQueueAndOfEvents) {
  api.event(R"({"Records":[{"messageId":"a","eventSource":"aws:sqs"}]})");
  api.event("nonsense");
  run();
  const auto lines = metric_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("QueueMessages").to_number<double>(), 1);
  EXPECT_EQ(lines[0].at("QueueFailures").to_number<double>(), 1);
  EXPECT_EQ(lines[1].at("Errors").to_number<double>(), 1);
}

TEST_F(LambdaMetrics, StandInTheLogBeforeTheAnswerIsPosted) {
  api.event(R"({"source":"voyages.schedule"})");
  api.on_post({.fault = Scripted::Fault::cut_midway});
  run();
  const auto metrics_at = log_text.find("_aws");
  EXPECT_LT(metrics_at, log_text.find("the Runtime API took nothing"));
}

TEST_F(LambdaMetrics, CanBeTurnedOff) {
  options.environment.metrics_disabled = true;
  api.event(R"({"source":"voyages.schedule"})");
  run();
  EXPECT_TRUE(metric_lines().empty());
}

TEST_F(LambdaMetrics, CountNoColdStartWhereNobodyWaitedForIt) {
  options.environment.initialization_type = "provisioned-concurrency";
  api.event(R"({"source":"voyages.schedule"})");
  run();
  EXPECT_FALSE(metric_lines().at(0).contains("ColdStart"));
}

TEST(EmbeddedMetrics, KeepsToAHundredMetricsALine) {
  Metrics registry;
  for (int i = 0; i < 150; ++i) registry.counter("voyages_c" + std::to_string(i) + "_total", "x").add();
  EmbeddedMetrics embedded(registry, "N", "s");
  embedded.put("Duration", EmbeddedMetrics::Unit::milliseconds, 1.25);
  const auto line = boost::json::parse(*embedded.take_line(from_epoch_s(1), {})).as_object();
  expect_embedded_metrics(line);
  EXPECT_EQ(names_in(line).size(), 100U);
  EXPECT_EQ(line.at("Duration").to_number<double>(), 1.25);
}

TEST(EmbeddedMetrics, IsSilentWhenNothingHappened) {
  const Metrics registry;
  EmbeddedMetrics embedded(registry, "N", "s");
  EXPECT_FALSE(embedded.take_line(from_epoch_s(1), {}));
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
