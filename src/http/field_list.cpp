#include "http/field_list.h"

#include <algorithm>

#include "base/text.h"

namespace voyages::http {

std::string_view take_element(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const auto element = trim(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return element;
}

Preference take_preference(std::string_view& list) {
  const auto element = take_element(list);
  const auto semicolon = std::min(element.find(';'), element.size());
  return {trim(element.substr(0, semicolon)), trim(element.substr(std::min(semicolon + 1, element.size())))};
}

}  // namespace voyages::http
