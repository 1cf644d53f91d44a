#pragma once

#include <cstdlib>
#include <string>

namespace voyages::aws {

/// The environment variable, or the empty string.
inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace voyages::aws
