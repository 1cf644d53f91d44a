#include <algorithm>

#include "base/encoding.h"
#include "http/message.h"

namespace voyages::http {

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  add(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [name](const Field& field) { return equal_ignoring_case(field.name, name); });
}

const std::string* Headers::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields_, [name](const Field& field) { return equal_ignoring_case(field.name, name); });
  return found == fields_.end() ? nullptr : &found->value;
}

std::string_view Headers::get(std::string_view name) const {
  const auto* value = find(name);
  return value ? std::string_view(*value) : std::string_view();
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [name](const Field& field) { return equal_ignoring_case(field.name, name); }));
}

}  // namespace voyages::http
