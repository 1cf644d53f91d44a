#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "http/router.h"

namespace voyages::http {

/// A route whose handler reads the request and writes the answer itself: pages, downloads, protocols with forms and
/// errors of their own. What the contract says of it is said here; nothing of a hidden one.
struct RawRoute {
  Method method = Method::get;
  std::string path;
  std::string operation_id;
  std::function<Route::Input(SchemaBook&)> input{};
  std::function<boost::json::object(SchemaBook&)> output{};  // of the usual success; none: it is no JSON
};

/// Declares it. `handler` makes a `Response` of a `const Request&`; or of that and a `Context&`; or of a
/// `const Request&`, the `const PathParameters&` and a `Context&`; or of these after the `const Route&`.
template <class F>
Route& add_raw_route(Router& router, RawRoute declaration, F handler) {
  Route route;
  route.method = declaration.method;
  route.path = std::move(declaration.path);
  route.operation_id = std::move(declaration.operation_id);
  route.run = [handler = std::move(handler)](const Route& self, const Request& request,
                                             const PathParameters& parameters, Context& context) -> Response {
    if constexpr (std::is_invocable_v<const F&, const Request&>) {
      return handler(request);
    } else if constexpr (std::is_invocable_v<const F&, const Request&, Context&>) {
      return handler(request, context);
    } else if constexpr (std::is_invocable_v<const F&, const Request&, const PathParameters&, Context&>) {
      return handler(request, parameters, context);
    } else {
      return handler(self, request, parameters, context);
    }
  };
  route.describe_input = std::move(declaration.input);
  if (!route.describe_input) {
    route.describe_input = [](SchemaBook&) { return Route::Input{.schema = {}, .refused = false}; };
  }
  route.describe_output = std::move(declaration.output);
  if (!route.describe_output) route.describe_output = [](SchemaBook&) { return boost::json::object(); };
  return router.add(std::move(route));
}

}  // namespace voyages::http
