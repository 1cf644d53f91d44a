#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "base/encoding.h"
#include "runtime/lambda/event.h"
#include "runtime/lambda/http_answer.h"

// Whatever an event holds, what comes through a door is what `serve` could have read from the wire, within its limits;
// and whatever is answered with it is JSON that gives the same bytes back.

namespace voyages::runtime::lambda {
namespace {

using http::Request;
using http::Response;

constexpr RequestLimits limits{.head_bytes = 512, .target_bytes = 128, .fields = 8, .body_bytes = 256};

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

void check(const HttpCall& call) {
  const auto& request = call.request;
  require(request.target.starts_with('/'));
  require(std::ranges::all_of(request.target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; }));
  require(request.tls);
  for (const auto& [name, value] : request.headers) require(!name.empty() && is_one_line(name) && is_one_line(value));
  require(!request.headers.find("Connection") && !request.headers.find("Transfer-Encoding"));
  require(request.headers.count("Cookie") <= 1 || !call.request.headers.get("Cookie").empty());
  if (!call.rejection) {
    require(request.target.size() <= limits.target_bytes);
    require(request.headers.size() <= limits.fields);
    require(request.body.size() <= limits.body_bytes);
  }
}

void check_answer(const Request& request) {
  Response response{.body = request.body};
  for (const auto& [name, value] : request.headers) response.headers.add(name, value);
  const auto json = to_answer(response, false);
  require(json.has_value());
  const auto answer = boost::json::parse(*json).as_object();
  const std::string_view body = answer.at("body").as_string();
  require((answer.at("isBase64Encoded").as_bool() ? from_base64(body) : std::string(body)) == request.body);
  const auto prelude = to_prelude(response, false);
  require(prelude.find('\0') == prelude.size() - 8);
}

void check(const QueueBatch& batch) {
  for (const auto& [id, message] : batch.items) {
    require(!id.empty());
    if (!message) continue;
    require(message->id == id && message->attempt >= 1 && !message->kind.empty() && message->kind.size() <= 64);
  }
}

void check(const Uploads& uploads) {
  require(!uploads.objects.empty());
  for (const auto& object : uploads.objects) {
    require(!object.bucket.empty() && !object.key.empty() && is_utf8(object.key));
    require(object.key.find('\0') == std::string::npos);
  }
}

void check(const Notifications& notifications) { require(!notifications.notifications.empty()); }
void check(const ScheduleTick& /*tick*/) {}
void check(const NothingToDo& /*nothing*/) {}

void check_event(std::string_view input) {
  const auto event = parse_event(input, limits);
  if (!event) {
    require(event.error().type == invalid_event || event.error().type == unknown_event);
    return;
  }
  std::visit([](const auto& known) { check(known); }, *event);
  if (const auto* call = std::get_if<HttpCall>(&*event)) check_answer(call->request);
}

}  // namespace
}  // namespace voyages::runtime::lambda

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voyages::runtime::lambda::check_event({reinterpret_cast<const char*>(data), size});
  return 0;
}
