#include "app/parts.h"

#include <vector>

#include "app/mail_fitting.h"
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

std::span<const Fitting> fittings() {
  static const std::vector<Fitting> list{mail_fitting()};
  return list;
}

}  // namespace voyages::app
