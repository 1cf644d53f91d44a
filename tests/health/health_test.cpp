#include "health/health.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

namespace voyages::health {
namespace {

using namespace std::chrono_literals;

class HealthTest : public testing::Test {
 protected:
  HealthTest() { add_routes(router_, health_); }
  ~HealthTest() override {
    close(pipe_[0]);
    close(pipe_[1]);
  }

  http::Response get(const std::string& path) {
    const http::Request request{.target = path};
    const auto found = router_.find(http::Method::get, path);
    const auto& match = std::get<http::Router::Match>(found);
    http::Context context;
    return match.route->run(*match.route, request, match.parameters, context);
  }
  http::Lane lane_of(const std::string& path) {
    return std::get<http::Router::Match>(router_.find(http::Method::get, path)).route->lane({});
  }
  std::string logged() {
    log_.flush();
    std::string text(4096, '\0');
    const auto count = read(pipe_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }
  static std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_NONBLOCK) != 0) throw std::runtime_error("pipe2");
    return ends;
  }

  struct SetClock final : Clock {
    [[nodiscard]] Time now() const override { return time; }
    Time time = from_epoch_s(1'800'000'000);
  };

  SetClock clock_;
  std::array<int, 2> pipe_ = make_pipe();
  Logger log_{LogLevel::info, pipe_[1]};
  std::atomic<int> probes_ = 0;
  std::atomic<bool> queue_works_ = true;
  Health health_{{{"store", [this] { ++probes_; }},
                  {"queue",
                   [this] {
                     if (!queue_works_) throw std::runtime_error("disk /dev/sda1 is gone");
                   }}},
                 clock_,
                 log_};
  http::Router router_;
};

TEST_F(HealthTest, IsAliveWithoutTouchingAnyDependency) {
  const auto response = get("/health/live");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"ok"})");
  EXPECT_EQ(probes_, 0);
  EXPECT_EQ(lane_of("/health/live"), http::Lane::quick);
}

TEST_F(HealthTest, IsReadyWhenEveryDependencyWorks) {
  const auto response = get("/health/ready");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"status":"ok","checks":[{"name":"store","status":"ok"},{"name":"queue","status":"ok"}]})");
  EXPECT_EQ(lane_of("/health/ready"), http::Lane::blocking);
}

TEST_F(HealthTest, SaysWhichDependencyFailedButTheReasonOnlyToTheLog) {
  queue_works_ = false;
  for (const auto* path : {"/health/ready", "/health"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 503);
    EXPECT_NE(response.body.find(R"({"name":"queue","status":"failed"})"), std::string::npos);
    EXPECT_NE(response.body.find(R"({"name":"store","status":"ok"})"), std::string::npos);
    EXPECT_EQ(response.body.find("sda1"), std::string::npos);
  }
  EXPECT_NE(logged().find("disk /dev/sda1 is gone"), std::string::npos);
}

TEST_F(HealthTest, ProbesAtMostOnceASecond) {
  get("/health/ready");
  clock_.time += 999ms;
  get("/health/ready");
  get("/health");
  EXPECT_EQ(probes_, 1);
  clock_.time += 1ms;
  get("/health/ready");
  EXPECT_EQ(probes_, 2);
}

TEST_F(HealthTest, NoticesARecovery) {
  queue_works_ = false;
  EXPECT_EQ(get("/health/ready").status, 503);
  queue_works_ = true;
  clock_.time += 1s;
  EXPECT_EQ(get("/health/ready").status, 200);
}

TEST_F(HealthTest, ProbesAgainWhenTheClockWasSetBack) {
  get("/health/ready");
  clock_.time -= 1h;
  get("/health/ready");
  EXPECT_EQ(probes_, 2);
}

TEST_F(HealthTest, TurnsManyAskersIntoOneProbe) {
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i) askers.emplace_back([this] { EXPECT_EQ(health_.check().size(), 2U); });
  askers.clear();
  EXPECT_EQ(probes_, 1);
}

TEST_F(HealthTest, TellsTheVersionAndTheUptime) {
  const auto body = boost::json::parse(get("/health").body).as_object();
  EXPECT_EQ(body.at("version").as_string(), VOYAGES_VERSION);
  EXPECT_GE(body.at("uptime_s").as_int64(), 0);
  EXPECT_EQ(body.at("checks").as_array().size(), 2U);
}

}  // namespace
}  // namespace voyages::health
