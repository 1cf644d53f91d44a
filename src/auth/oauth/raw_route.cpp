#include "auth/oauth/raw_route.h"

#include <exception>
#include <memory>

#include "auth/oauth/authorize/authorization_response.h"
#include "base/unavailable.h"
#include "http/raw_route.h"

namespace voyages::auth::oauth {

namespace {

boost::json::object schema_of(const std::vector<Parameter>& parameters) {
  boost::json::object properties;
  boost::json::array required;
  for (const auto& parameter : parameters) {
    properties[parameter.name] = {{"type", "string"}, {"description", parameter.description}};
    if (parameter.required) required.emplace_back(parameter.name);
  }
  boost::json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

RawHandler for_browsers(Logger& log, RawHandler handler) {
  return [&log, handler = std::move(handler)](const http::Request& request, http::Context& context) {
    const auto fail = [&](int status, const std::exception& exception) {
      log.error("a browser was shown a failure",
                {{"request_id", context.request_id}, {"path", request.raw_path()}, {"error", exception.what()}});
      return failure_page(status);
    };
    try {
      return handler(request, context);
    } catch (const Unavailable& exception) {
      return fail(503, exception);
    } catch (const std::exception& exception) {
      return fail(500, exception);
    }
  };
}

http::Route& add_raw(http::Router& router, RawRoute declaration, RawHandler handler) {
  const auto said = std::make_shared<const RawRoute>(std::move(declaration));
  const auto describe_input = [said](http::SchemaBook&) {
    return http::Route::Input{.schema = said->parameters.empty() ? boost::json::object() : schema_of(said->parameters),
                              .from_body = said->method == http::Method::post,
                              .refused = false,
                              .media_type = "application/x-www-form-urlencoded"};
  };
  return http::add_raw_route(router,
                             {.method = said->method,
                              .path = said->path,
                              .operation_id = said->operation_id,
                              .input = describe_input,
                              .output = [said](http::SchemaBook&) { return said->answer; }},
                             std::move(handler))
      .tag("oauth");
}

}  // namespace voyages::auth::oauth
