#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "runtime/lambda/api_connection.h"

namespace voyages::runtime::lambda {

/// One event, as `next` brings it.
struct Invocation {
  std::string request_id;
  Time deadline{};
  std::string trace_id;  // the X-Ray header: `Root=1-…;Parent=…;Sampled=1`
  std::string function_arn;
  std::string payload;
};

/// What an invocation that failed is reported with. `type` is `Category.Reason`; both go to the invoker, so they say
/// nothing of the event or of what went wrong inside.
struct FunctionError {
  std::string_view type;
  std::string_view message;
};

/// The Lambda runtime API, version 2018-06-01. Every call may throw `ApiFailed`.
class RuntimeApi {
 public:
  RuntimeApi(const std::string& address, int stop_descriptor) : connection_(address, stop_descriptor) {}

  /// Waits for the next event, for as long as it takes; nothing when the process is to end.
  std::optional<Invocation> next();
  ApiReply respond(std::string_view request_id, std::string_view json);
  ApiReply fail(std::string_view request_id, const FunctionError& error);
  ApiReply fail_init(const FunctionError& error);

  /// An answer in pieces: begin, any number of writes, then one of the ends.
  void begin_stream(std::string_view request_id);
  void write(std::string_view bytes);
  ApiReply end_stream();
  ApiReply break_stream(const FunctionError& error);

 private:
  ApiReply post(std::string_view path, std::string_view fields, std::string_view body);
  ApiReply finish_stream(std::string_view last_bytes);

  ApiConnection connection_;
};

/// The JSON that describes a failure: errorMessage, errorType, stackTrace.
std::string to_json(const FunctionError& error);

}  // namespace voyages::runtime::lambda
