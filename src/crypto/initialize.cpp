#include "crypto/initialize.h"

#include <sodium.h>

#include <stdexcept>

namespace voyages::crypto {

void initialize() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("libsodium could not be initialised");
}

}  // namespace voyages::crypto
