#include "http/message.h"

namespace voyages::http {

std::string_view to_string(Method method) {
  constexpr std::string_view names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return names[static_cast<std::size_t>(method)];
}

Method parse_method(std::string_view name) {
  using enum Method;
  for (const auto method : {get, head, post, put, patch, del, options}) {
    if (name == to_string(method)) return method;
  }
  return other;
}

namespace {

std::string_view text_of(BodyBroken::Reason reason) {
  switch (reason) {
    case BodyBroken::Reason::gone:
      return "the client went away in the middle of its body";
    case BodyBroken::Reason::too_slow:
      return "the body did not arrive in time";
    case BodyBroken::Reason::too_large:
      return "the body is larger than the route takes";
    case BodyBroken::Reason::malformed:
      break;
  }
  return "the body is malformed";
}

}  // namespace

BodyBroken::BodyBroken(Reason reason) : std::runtime_error(std::string(text_of(reason))), reason_(reason) {}

std::optional<std::uint64_t> Handler::streamed_body_limit(const Request& /*request*/) const { return std::nullopt; }

}  // namespace voyages::http
