#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "http/router.h"

namespace voyages::http {

/// The OpenAPI 3.1 document of all routes that are not hidden.
boost::json::object openapi(const Router& router, std::string_view version);

/// The same as indented text with a final newline, which is what `docs/openapi.json` holds.
std::string pretty_print(const boost::json::value& json);

}  // namespace voyages::http
