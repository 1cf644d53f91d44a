#include "runtime/lambda/runtime_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/log.h"

namespace voyages::runtime::lambda {

namespace {

constexpr std::string_view next_message =
    "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"
    "Host: lambda\r\n"
    "User-Agent: voyages/" VOYAGES_VERSION "\r\n\r\n";

// It becomes part of a path.
bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

Time deadline_of(std::string_view text) {
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || end != text.data() + text.size() || milliseconds <= 0) return Time::max();
  return from_ms(milliseconds);
}

Invocation to_invocation(ApiReply&& reply) {
  Invocation invocation;
  invocation.request_id = reply.headers.get("Lambda-Runtime-Aws-Request-Id");
  invocation.deadline = deadline_of(reply.headers.get("Lambda-Runtime-Deadline-Ms"));
  invocation.trace_id = reply.headers.get("Lambda-Runtime-Trace-Id");
  invocation.function_arn = reply.headers.get("Lambda-Runtime-Invoked-Function-Arn");
  invocation.payload = std::move(reply.body);
  return invocation;
}

}  // namespace

std::string to_json(const FunctionError& error) {
  std::string json = R"({"errorMessage":)";
  append_json_string(json, error.message);
  json += R"(,"errorType":)";
  append_json_string(json, error.type);
  json += R"(,"stackTrace":[]})";
  return json;
}

std::optional<Invocation> RuntimeApi::next() {
  // "Do not set a timeout on the GET request": the environment may be frozen before there is an event.
  auto reply = connection_.exchange_unless_stopped(next_message);
  if (!reply) return std::nullopt;
  // "500: Container error. Non-recoverable state. Runtime should exit promptly."
  if (reply->status == 500) {
    throw ApiFailed(ApiFailed::Kind::unrecoverable, "The Runtime API says that this environment is lost (500).");
  }
  if (reply->status != 200) {
    throw ApiFailed(ApiFailed::Kind::broken, fmt::format("The Runtime API gave no event but {}.", reply->status));
  }
  auto invocation = to_invocation(std::move(*reply));
  if (!is_request_id(invocation.request_id)) {
    throw ApiFailed(ApiFailed::Kind::broken, "The Runtime API gave an event without a request id.");
  }
  return invocation;
}

ApiReply RuntimeApi::post(std::string_view path, std::string_view fields, std::string_view body) {
  return connection_.exchange(
      fmt::format("POST /2018-06-01/runtime/{} HTTP/1.1\r\nHost: lambda\r\nUser-Agent: voyages/" VOYAGES_VERSION
                  "\r\n{}Content-Length: {}\r\n\r\n{}",
                  path, fields, body.size(), body));
}

ApiReply RuntimeApi::respond(std::string_view request_id, std::string_view json) {
  return post(fmt::format("invocation/{}/response", request_id), "Content-Type: application/json\r\n", json);
}

namespace {

std::string error_fields(const FunctionError& error) {
  return fmt::format(
      "Content-Type: application/vnd.aws.lambda.error+json\r\nLambda-Runtime-Function-Error-Type: {}\r\n", error.type);
}

}  // namespace

ApiReply RuntimeApi::fail(std::string_view request_id, const FunctionError& error) {
  return post(fmt::format("invocation/{}/error", request_id), error_fields(error), to_json(error));
}

ApiReply RuntimeApi::fail_init(const FunctionError& error) {
  return post("init/error", error_fields(error), to_json(error));
}

// The developer guide, "Implementing response streaming in a custom runtime".
void RuntimeApi::begin_stream(std::string_view request_id) {
  connection_.connect();
  connection_.send(
      fmt::format("POST /2018-06-01/runtime/invocation/{}/response HTTP/1.1\r\nHost: lambda\r\n"
                  "User-Agent: voyages/" VOYAGES_VERSION "\r\n"
                  "Content-Type: application/vnd.awslambda.http-integration-response\r\n"
                  "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                  "Transfer-Encoding: chunked\r\n"
                  "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n",
                  request_id));
}

void RuntimeApi::write(std::string_view bytes) {
  // An empty chunk would end the body (RFC 9112 §7.1).
  if (bytes.empty()) return;
  connection_.send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

ApiReply RuntimeApi::end_stream() { return finish_stream("0\r\n\r\n"); }

ApiReply RuntimeApi::break_stream(const FunctionError& error) {
  return finish_stream(
      fmt::format("0\r\nLambda-Runtime-Function-Error-Type: {}\r\nLambda-Runtime-Function-Error-Body: {}\r\n\r\n",
                  error.type, to_base64(to_json(error))));
}

ApiReply RuntimeApi::finish_stream(std::string_view last_bytes) {
  connection_.send(last_bytes);
  auto reply = connection_.receive();
  // The guide: after the response is written, "the runtime should close the underlying connection".
  connection_.close();
  return reply;
}

}  // namespace voyages::runtime::lambda
