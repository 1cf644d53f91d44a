#pragma once

#include "app/branding.h"
#include "http/router.h"

namespace voyages::app {

/// Routes for the pages and files that are embedded in the binary, `/`, `/docs`, `/login` and what they load, and for
/// what the operator brands them with.
void add_pages(http::Router& router, const Branding& branding);

/// `GET /openapi.json`: describes all routes. The router must stay where it is.
void add_contract(http::Router& router);

}  // namespace voyages::app
