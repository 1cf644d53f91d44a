#include "app/metrics_page.h"

namespace voyages::app {

http::Response MetricsPage::handle(const http::Request& request) {
  if (request.raw_path() != "/metrics") return {.status = 404};
  http::Response response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics_.to_prometheus();
  return response;
}

}  // namespace voyages::app
