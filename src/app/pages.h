#pragma once

#include "http/router.h"

namespace voyages::app {

/// Routes for the pages and files that are embedded in the binary: `/`, `/docs`, `/setup` and what they load.
void add_pages(http::Router& router);

/// `GET /openapi.json`: describes all routes. The router must stay where it is.
void add_contract(http::Router& router);

}  // namespace voyages::app
