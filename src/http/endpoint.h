#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "http/input.h"
#include "http/problem.h"
#include "http/router.h"

/// Typed endpoints: a route is declared once, from a handler's own signature, and parsing, validation, errors and the
/// API description follow from it.
///
///     endpoints.post("/auth/login", "login", [&](const LoginRequest& input, Context& context) { return login(auth,
///     input, context); })
///         .summary("Sign in with an address and a password")
///         .fails(401, invalid_credentials);
namespace voyages::http {

namespace detail {

template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class F, class O, class I>
struct Signature<Result<O> (F::*)(const I&, Context&) const> {
  using Input = I;
  using Output = O;
};

template <class Output>
Response encode(const Route& route, const Result<Output>& result, const Context& context) {
  if (!result) return failure(route, result.error(), context);
  Response response{.status = context.status != 0 ? context.status : route.success()};
  if constexpr (!std::is_void_v<Output>) {
    response.headers.add("Content-Type", "application/json");
    write_json(response.body, *result);
  }
  return response;
}

}  // namespace detail

/// Ties a use case to the services that it works with: what is left is a handler.
template <class Services, class Input, class Output>
auto bind(Services& services, Result<Output> (*use_case)(Services&, const Input&, Context&)) {
  return [&services, use_case](const Input& input, Context& context) -> Result<Output> {
    return use_case(services, input, context);
  };
}

/// Declares typed routes on a router. Handlers are `Result<Output>(const Input&, Context&)`; the input's fields come
/// from the path where the template names them, else from the query for GET and DELETE, else from the JSON body.
class Endpoints {
 public:
  explicit Endpoints(Router& router, std::string tag) : router_(router), tag_(std::move(tag)) {}

  template <class F>
  Route& get(std::string path, std::string operation_id, F handler) {
    return declare(Method::get, std::move(path), std::move(operation_id), std::move(handler));
  }
  template <class F>
  Route& post(std::string path, std::string operation_id, F handler) {
    return declare(Method::post, std::move(path), std::move(operation_id), std::move(handler));
  }
  template <class F>
  Route& put(std::string path, std::string operation_id, F handler) {
    return declare(Method::put, std::move(path), std::move(operation_id), std::move(handler));
  }
  template <class F>
  Route& patch(std::string path, std::string operation_id, F handler) {
    return declare(Method::patch, std::move(path), std::move(operation_id), std::move(handler));
  }
  template <class F>
  Route& del(std::string path, std::string operation_id, F handler) {
    return declare(Method::del, std::move(path), std::move(operation_id), std::move(handler));
  }

 private:
  template <class F>
  Route& declare(Method method, std::string path, std::string operation_id, F handler) {
    using Input = typename detail::Signature<F>::Input;
    using Output = typename detail::Signature<F>::Output;
    Route route;
    route.method = method;
    route.path = std::move(path);
    route.operation_id = std::move(operation_id);
    route.run = [handler = std::move(handler)](const Route& self, const Request& request,
                                               const PathParameters& parameters, Context& context) {
      const auto input = read_input<Input>(self, request, parameters);
      if (!input) return input_problem(input.error(), context.request_id);
      return detail::encode(self, handler(*input, context), context);
    };
    route.describe_input = [method](SchemaBook& book) {
      return Route::Input{std::is_same_v<Input, Nothing> ? boost::json::object() : detail::struct_schema<Input>(book),
                          takes_body(method)};
    };
    route.describe_output = [](SchemaBook& book) {
      if constexpr (std::is_void_v<Output>) {
        return boost::json::object();
      } else {
        return schema_of<Output>(book);
      }
    };
    if (std::is_void_v<Output>) route.answers(204);
    return router_.add(std::move(route)).tag(tag_);
  }

  Router& router_;
  std::string tag_;
};

}  // namespace voyages::http
