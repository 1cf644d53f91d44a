#pragma once

#include <span>

#include "part/part.h"

namespace voyages::app {

/// The services, in the order in which people read their settings and routes. One can use what those after it offer.
std::span<const part::Part> parts();

}  // namespace voyages::app
