#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/unavailable.h"
#include "http/context.h"
#include "http/forwarded.h"
#include "http/message.h"
#include "http/router.h"

namespace voyages::http {

/// What an operator decides about the door.
struct FrontDoorOptions {
  /// Exact origins that may call from a browser; `*` for any, without credentials.
  std::vector<std::string> cors_origins{};
  TrustedProxies trusted_proxies{};        // whose `X-Forwarded-*` are believed
  std::size_t compress_from_bytes = 1024;  // answers to GET from this size are gzipped
};

/// What stands between a runtime and the routes, in this order: request id, CORS, route, credentials, input and
/// handler, conditional and compressed answers, security headers, and one log line. Exceptions end here: as a 503 when
/// a resource is unavailable, else as a 500, with the detail in the log alone.
class FrontDoor final : public Handler {
 public:
  FrontDoor(const Router& router, Authenticator& authenticator, const Clock& clock, Logger& log, Metrics& metrics,
            FrontDoorOptions options);

  [[nodiscard]] Lane lane(const Request& request) const override;
  [[nodiscard]] std::optional<std::uint64_t> streamed_body_limit(const Request& request) const override;
  [[nodiscard]] Response handle(const Request& request) override;

 private:
  struct Call;

  Response try_answer(const Request& request, Call& call);
  Response answer(const Request& request, Call& call);
  Response run(const Request& request, const Router::Match& match, Call& call);
  Response preflight(const Request& request, Call& call) const;
  void add_cors(const Request& request, Cors cors, Response& response) const;
  void finish(const Request& request, Call& call, Response& response) const;
  void report(const Request& request, const Call& call, const Response& response,
              std::chrono::steady_clock::time_point started);
  [[nodiscard]] bool allows_origin(Cors cors, std::string_view origin) const;
  [[nodiscard]] Cors cors_of(const Request& request) const;

  /// One operation's figures, looked up once.
  struct RouteMetrics {
    Counter* by_class[6];  // by the status' first digit
    Histogram* duration;
  };
  RouteMetrics make_metrics(std::string_view operation_id);

  const Router& router_;
  Authenticator& authenticator_;
  const Clock& clock_;
  Logger& log_;
  Metrics& metrics_;
  FrontDoorOptions options_;
  std::unordered_map<const Route*, RouteMetrics> route_metrics_;
  RouteMetrics unmatched_;
};

}  // namespace voyages::http
