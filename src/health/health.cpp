#include "health/health.h"

#include "http/endpoint.h"

namespace voyages::health {

namespace {

constexpr std::chrono::seconds result_stands_for{1};

std::string summarise(const std::vector<HealthCheck>& checks) {
  for (const auto& check : checks) {
    if (check.status != "ok") return "failed";
  }
  return "ok";
}

// RFC 9110 §15.6.4: a load balancer sends its requests elsewhere.
void mark_unavailable(const std::string& status, http::Context& context) {
  if (status != "ok") context.status = 503;
}

}  // namespace

Health::Health(std::vector<Dependency> dependencies, const Clock& clock, Logger& log)
    : dependencies_(std::move(dependencies)), clock_(clock), log_(log) {}

std::vector<HealthCheck> Health::check() {
  // Held while probing, so that a thousand askers are one probe.
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.now();
  // A clock that was set back makes the last result one of the future: it does not stand either.
  if (checked_at_ <= now && now < checked_at_ + result_stands_for) return checks_;
  checks_.clear();
  for (const auto& dependency : dependencies_) {
    std::string status = "ok";
    try {
      dependency.probe();
    } catch (const std::exception& error) {
      status = "failed";
      log_.error("health check failed", {{"check", dependency.name}, {"error", std::string_view(error.what())}});
    }
    checks_.push_back({dependency.name, std::move(status)});
  }
  checked_at_ = now;
  return checks_;
}

std::chrono::seconds Health::uptime() const {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
}

void add_routes(http::Router& router, Health& health) {
  http::Endpoints endpoints(router, "health");
  endpoints
      .get("/health/live", "live",
           [](const http::Nothing&, http::Context&) -> Result<LiveResponse> { return LiveResponse{"ok"}; })
      .summary("Whether the process answers")
      .lane(http::Lane::quick);
  endpoints
      .get("/health/ready", "ready",
           [&health](const http::Nothing&, http::Context& context) -> Result<ReadyResponse> {
             auto checks = health.check();
             auto status = summarise(checks);
             mark_unavailable(status, context);
             return ReadyResponse{std::move(status), std::move(checks)};
           })
      .summary("Whether everything that the service stands on works")
      .may_answer(503, "A check failed; `checks` says which.");
  endpoints
      .get("/health", "health",
           [&health](const http::Nothing&, http::Context& context) -> Result<HealthResponse> {
             auto checks = health.check();
             auto status = summarise(checks);
             mark_unavailable(status, context);
             return HealthResponse{std::move(status), VOYAGES_VERSION, health.uptime().count(), std::move(checks)};
           })
      .summary("The version, the uptime and every check")
      .may_answer(503, "A check failed; `checks` says which.");
}

}  // namespace voyages::health
