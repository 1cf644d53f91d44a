#include "runtime/lambda/extension.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace voyages::runtime::lambda {

namespace {

// The name must be no other extension's.
constexpr std::string_view register_message =
    "POST /2020-01-01/extension/register HTTP/1.1\r\n"
    "Host: lambda\r\n"
    "Lambda-Extension-Name: voyages-shutdown\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 13\r\n\r\n"
    R"({"events":[]})";

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

bool Extension::start(Logger& logger) {
  try {
    const auto reply = connection_.exchange(register_message);
    const auto identifier = reply.headers.get("Lambda-Extension-Identifier");
    if (reply.status == 200 && is_identifier(identifier)) {
      // INIT is over when every extension, too, has asked for its next event. It never gets one, so the answer is not
      // waited for; the connection stays open until the end.
      connection_.connect();
      connection_.send(
          fmt::format("GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: lambda\r\n"
                      "Lambda-Extension-Identifier: {}\r\n\r\n",
                      identifier));
      return true;
    }
    logger.debug("not registered as an extension", {{"status", std::int64_t{reply.status}}});
  } catch (const ApiFailed& failure) {
    logger.debug("not registered as an extension", {{"error", failure.what()}});
  }
  connection_.close();
  return false;
}

}  // namespace voyages::runtime::lambda
