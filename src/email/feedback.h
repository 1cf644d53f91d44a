#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace voyages::email {

/// What became of a mail after the receiving side had taken it, as a mail service tells later.
struct Feedback {
  enum class Kind {
    delivered,
    hard_bounce,  // the address does not exist: it gets no more mail
    soft_bounce,  // given up for now
    complaint,    // the person says that it is spam
    undelivered,  // it did not arrive, for a reason that says nothing about the address
  };

  Kind kind{};
  std::string id{};  // the same each time the service tells this; may be empty
  std::vector<std::string> recipients{};
  std::string mail_id{};  // ours, when the service kept it
  std::string detail{};   // one line for people, at most 500 bytes
  Time at{};
};

}  // namespace voyages::email
