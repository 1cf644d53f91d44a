#include "runtime/server/rejection.h"

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "base/uuid.h"
#include "runtime/server/response_writer.h"

namespace voyages::runtime {

namespace {

bool is_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string request_id_of(const http::Request& request) {
  const auto sent = request.headers.get("X-Request-Id");
  if (!sent.empty() && sent.size() <= 64 && std::ranges::all_of(sent, is_id_character)) return std::string(sent);
  return new_uuid7(SystemClock().now());
}

http::Response to_response(const Rejection& rejection, std::string_view request_id) {
  http::Response response{.status = rejection.status};
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Request-Id", std::string(request_id));
  if (rejection.status == 503) response.headers.add("Retry-After", "1");

  auto& body = response.body;
  body = R"({"type":"about:blank","title":)";
  append_json_string(body, reason_phrase(rejection.status));
  body += R"(,"status":)";
  body += std::to_string(rejection.status);
  body += R"(,"code":)";
  append_json_string(body, rejection.code);
  body += R"(,"detail":)";
  append_json_string(body, rejection.detail);
  body += R"(,"request_id":)";
  append_json_string(body, request_id);
  body += '}';
  return response;
}

}  // namespace voyages::runtime
