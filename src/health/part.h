#pragma once

#include "part/part.h"

namespace voyages::health {

/// Health: `GET /health` and its like. The engine offers the `std::vector<Dependency>` that it tries.
part::Part make_part();

}  // namespace voyages::health
