#include "runtime/server/rejection.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "http/problem.h"

namespace voyages::runtime {

namespace {

void add_common_fields(http::Response& response, std::string_view request_id) {
  response.headers.add("X-Request-Id", std::string(request_id));
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("Referrer-Policy", "no-referrer");
}

}  // namespace

std::string request_id_of(const http::Request& request) {
  const auto sent = request.headers.get("X-Request-Id");
  if (http::is_request_id(sent)) return std::string(sent);
  return new_uuid7(SystemClock().now());
}

http::Response to_response(const Rejection& rejection, std::string_view request_id) {
  Error error({rejection.code, rejection.detail});
  if (rejection.status == 503) error.retry_after = std::chrono::seconds(1);
  auto response = http::problem(rejection.status, error, request_id);
  add_common_fields(response, request_id);
  response.headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  return response;
}

http::Response to_response(const Rejection& rejection, std::string_view request_id, const http::Request& request,
                           const ErrorPage& error_page) {
  auto page = error_page ? error_page(request.raw_path(), rejection.status) : std::nullopt;
  if (!page) return to_response(rejection, request_id);
  add_common_fields(*page, request_id);
  if (rejection.status == 503) page->headers.add("Retry-After", "1");
  page->headers.add("Cache-Control", "no-store");
  return std::move(*page);
}

}  // namespace voyages::runtime
