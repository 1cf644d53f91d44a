#pragma once

#include <functional>
#include <string>

namespace voyages::part {

/// Something that the program cannot do without. `probe` really uses it, and throws when it is broken.
struct Dependency {
  std::string name;
  std::function<void()> probe;
};

}  // namespace voyages::part
