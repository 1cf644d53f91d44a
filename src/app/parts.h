#pragma once

#include <span>

#include "app/fitting.h"
#include "part/part.h"

namespace voyages::app {

/// The services, in the order in which people read their settings and routes. One can use what those after it offer.
std::span<const part::Part> parts();

/// What single parts of them need beyond the ports.
std::span<const Fitting> fittings();

}  // namespace voyages::app
