#pragma once

#include <string_view>

namespace voyages {

/// The port to the operator's attention: for what a person must look at, and no log is read in time for. Thread-safe.
class Notifier {
 public:
  virtual ~Notifier() = default;
  /// `subject`: one line of at most 100 ASCII characters; `text`: UTF-8, at most 100 KB; no secrets. Never throws: a
  /// notice that cannot be sent is logged instead.
  virtual void notify(std::string_view subject, std::string_view text) = 0;
};

}  // namespace voyages
