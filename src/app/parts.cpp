#include "app/parts.h"

#include <vector>

#include "auth/part.h"
#include "dead_letters/part.h"
#include "email/part.h"
#include "health/part.h"

namespace voyages::app {

std::span<const part::Part> parts() {
  static const std::vector<part::Part> list{
      health::make_part(),
      auth::make_part(),
      email::make_part(),
      dead_letters::make_part(),
  };
  return list;
}

}  // namespace voyages::app
