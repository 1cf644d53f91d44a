#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "http/router.h"
#include "http/types.h"
#include "part/dependency.h"

namespace voyages::health {

using part::Dependency;

struct LiveResponse {
  std::string status;

  static constexpr http::FieldDoc docs[] = {{"status", "Always `ok`: who answers is alive.", R"("ok")"}};
};
BOOST_DESCRIBE_STRUCT(LiveResponse, (), (status))

struct HealthCheck {
  std::string name;
  std::string status;

  static constexpr http::FieldDoc docs[] = {{"name", "What was tried.", R"("store")"},
                                            {"status", "`ok` or `failed`; the log says why.", R"("ok")"}};
};
BOOST_DESCRIBE_STRUCT(HealthCheck, (), (name, status))

struct ReadyResponse {
  std::string status;
  std::vector<HealthCheck> checks;

  static constexpr http::FieldDoc docs[] = {{"status", "`ok`, or `failed` when one of the checks is.", R"("ok")"}};
};
BOOST_DESCRIBE_STRUCT(ReadyResponse, (), (status, checks))

struct HealthResponse {
  std::string status;
  std::string version;
  std::int64_t uptime_s;
  std::vector<HealthCheck> checks;

  static constexpr http::FieldDoc docs[] = {{"status", "`ok`, or `failed` when one of the checks is.", R"("ok")"},
                                            {"version", "Of this program.", R"("0.1.0")"},
                                            {"uptime_s", "Seconds since this process started.", "86400"}};
};
BOOST_DESCRIBE_STRUCT(HealthResponse, (), (status, version, uptime_s, checks))

/// Tells load balancers and people how the process and what it stands on are. Thread-safe.
class Health {
 public:
  Health(std::vector<Dependency> dependencies, const Clock& clock, Logger& log);

  /// Tries every dependency, at most once a second however often it is asked: between, the last result stands. Why one
  /// failed goes to the log.
  [[nodiscard]] std::vector<HealthCheck> check();
  [[nodiscard]] std::chrono::seconds uptime() const;

 private:
  std::vector<Dependency> dependencies_;
  const Clock& clock_;
  Logger& log_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  std::vector<HealthCheck> checks_;
  Time checked_at_ = Time::min();
};

/// Declares `GET /health`, `/health/live` and `/health/ready`. `health` must outlive the router.
void add_routes(http::Router& router, Health& health);

}  // namespace voyages::health
