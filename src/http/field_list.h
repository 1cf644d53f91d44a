#pragma once

#include <string_view>

namespace voyages::http {

/// Takes the first element off a list in a field's value (RFC 9110 §5.6.1), without the blanks around it.
std::string_view take_element(std::string_view& list);

/// An element that may have a weight (RFC 9110 §12.4.2): what it names, and what stands behind its `;`.
struct Preference {
  std::string_view name;
  std::string_view parameters;
};
Preference take_preference(std::string_view& list);

}  // namespace voyages::http
