#include "http/message.h"

namespace voyages::http {

std::string_view to_string(Method method) {
  constexpr std::string_view names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return names[static_cast<std::size_t>(method)];
}

}  // namespace voyages::http
