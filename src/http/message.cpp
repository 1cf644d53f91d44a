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

}  // namespace voyages::http
