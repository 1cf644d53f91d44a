#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/router.h"

namespace voyages::auth::oauth {

/// One parameter of an OAuth request, for the contract.
struct Parameter {
  std::string name;
  std::string description;
  bool required = false;
};

/// An OAuth endpoint: parameters in the query of a GET, else in a form; answers and errors as OAuth has them, so not by
/// a typed handler.
struct RawRoute {
  http::Method method;
  std::string path;
  std::string operation_id;
  std::vector<Parameter> parameters{};
  boost::json::object answer{};  // the schema of the usual success; empty: no JSON
};

using RawHandler = std::function<http::Response(const http::Request& request, http::Context& context)>;

/// For an endpoint that browsers are sent to: what the handler throws is logged, and the browser shows a page of ours.
RawHandler for_browsers(Logger& log, RawHandler handler);

http::Route& add_raw(http::Router& router, RawRoute declaration, RawHandler handler);

}  // namespace voyages::auth::oauth
