#pragma once

#include "base/metrics.h"
#include "http/message.h"

namespace voyages::app {

/// `GET /metrics` in the Prometheus text format, on a port of its own, which is not for the public.
class MetricsPage final : public http::Handler {
 public:
  explicit MetricsPage(const Metrics& metrics) : metrics_(metrics) {}

  [[nodiscard]] http::Lane lane(const http::Request&) const override { return http::Lane::quick; }
  [[nodiscard]] http::Response handle(const http::Request& request) override;

 private:
  const Metrics& metrics_;
};

}  // namespace voyages::app
