#pragma once

#include <stdexcept>

namespace voyages {

/// Something that this process needs is full, busy or gone for now: the caller may try again. Runtimes answer 503. The
/// text is for the log.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace voyages
