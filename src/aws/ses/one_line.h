#pragma once

#include <string>
#include <string_view>

namespace voyages::aws::ses {

/// What another side said, as one line of UTF-8 for people: each run of spaces and control characters one space, none
/// at the ends, at most 500 bytes.
std::string one_line(std::string_view text);

}  // namespace voyages::aws::ses
