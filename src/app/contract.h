#pragma once

#include <string>

namespace voyages::app {

/// The OpenAPI document of everything that the program serves, as `docs/openapi.json` holds it. Opens no store.
std::string contract();

}  // namespace voyages::app
