#include "http/openapi.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/log.h"
#include "http/input.h"
#include "http/problem.h"

namespace voyages::http {

namespace json = boost::json;

namespace {

struct ProblemExample {
  std::string_view code;
  std::string_view message;
};
using ProblemsByStatus = std::map<int, std::vector<ProblemExample>>;

// What any request can meet before it reaches its route, or when the machine is at its end.
ProblemsByStatus common_problems() {
  return {{400, {{"bad_request", "The request is not well-formed HTTP/1.1."}}},
          {408, {{"request_timeout", "The request did not arrive in time."}}},
          {413, {{"payload_too_large", "The body is larger than this server takes."}}},
          {414, {{"uri_too_long", "The request target is longer than this server accepts."}}},
          {431, {{"headers_too_large", "The header fields are more or larger than this server accepts."}}},
          {500, {{"internal_error", "Something broke on our side."}}},
          {503,
           {{"unavailable", "The service is too busy or out of space right now. Try again soon."},
            {"overloaded", "Too much to do at the moment. Try again shortly."},
            {"too_many_connections", "This server holds all the connections it can. Try again shortly."}}}};
}

// Every error that the route can answer: its own, the door's, and the common ones.
ProblemsByStatus problems_of(const Route& route, bool has_input, bool has_body) {
  auto problems = common_problems();
  if (!has_body) problems.erase(413);
  const auto add = [&](int status, const ErrorCode& error) { problems[status].push_back({error.code, error.message}); };
  if (has_body) {
    for (const auto& error : {body_required, malformed_json, duplicate_field}) add(400, error);
    add(415, unsupported_media_type);
  } else if (has_input) {
    add(400, malformed_query);
  }
  if (has_input) add(422, invalid_input);
  if (route.needs_sign_in()) {
    for (const auto& error : {unauthenticated, invalid_token, expired_token, revoked_token}) add(401, error);
  }
  if (route.key()) add(401, route.key()->refused);
  if (route.needs_sign_in()) add(403, route.permission().empty() ? service_not_allowed : forbidden);
  for (const auto& failure : route.failures()) add(failure.status, failure.error);
  return problems;
}

json::object problem_example(int status, const ProblemExample& problem) {
  json::object example{{"type", "about:blank"},     {"title", reason_phrase(status)},
                       {"status", status},          {"code", problem.code},
                       {"detail", problem.message}, {"request_id", "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071"}};
  if (problem.code == invalid_input.code) {
    example["errors"] = {{{"field", "email"}, {"code", "required"}, {"message", "This field is required."}}};
  }
  return example;
}

json::object problem_response(int status, const std::vector<ProblemExample>& problems) {
  json::object examples;
  std::string codes;
  for (const auto& problem : problems) {
    examples[problem.code] = {{"value", problem_example(status, problem)}};
    codes += (codes.empty() ? "`" : ", `") + std::string(problem.code) + "`";
  }
  return {{"description", std::string(reason_phrase(status)) + ": " + codes},
          {"content",
           {{"application/problem+json",
             {{"schema", {{"$ref", "#/components/schemas/Problem"}}}, {"examples", std::move(examples)}}}}}};
}

// Moves the example from beside the schema, where a `$ref` stands, to the media type.
json::object media_type(json::object schema) {
  json::object media;
  if (const auto* example = schema.if_contains("example"); example && schema.contains("$ref")) {
    media["example"] = *example;
    schema.erase("example");
  }
  media["schema"] = std::move(schema);
  return media;
}

// The common problems' answers, each under its first code, so that every operation can refer to them.
json::object shared_responses() {
  json::object responses;
  for (const auto& [status, problems] : common_problems()) {
    responses[problems.front().code] = problem_response(status, problems);
  }
  return responses;
}

void add_problems(json::object& responses, const ProblemsByStatus& problems_by_status, const json::object& shared) {
  for (const auto& [status, problems] : problems_by_status) {
    auto response = problem_response(status, problems);
    const auto name = problems.front().code;
    auto& place = responses[std::to_string(status)];
    if (auto* declared = place.if_object()) {
      // The route itself answers this status too, with content of its own.
      for (auto& content : response.at("content").as_object()) {
        (*declared)["content"].as_object()[content.key()] = content.value();
      }
    } else if (const auto* common = shared.if_contains(name); common && *common == response) {
      place = {{"$ref", "#/components/responses/" + std::string(name)}};
    } else {
      place = std::move(response);
    }
  }
}

json::object success_response(std::string_view description, const json::object& schema) {
  json::object response{{"description", description}};
  if (!schema.empty()) response["content"] = {{"application/json", media_type(schema)}};
  return response;
}

bool is_required(const json::object& schema, std::string_view name) {
  const auto* required = schema.if_contains("required");
  return required && std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
}

json::object parameter(std::string_view name, std::string_view in, bool required, json::object schema) {
  json::object made{{"name", name}, {"in", in}, {"required", required}};
  if (auto* text = schema.if_contains("description")) {
    made["description"] = *text;
    schema.erase("description");
  }
  made["schema"] = std::move(schema);
  return made;
}

void remove_member(json::object& object, std::string_view name) {
  if (const auto found = object.find(name); found != object.end()) object.stable_erase(found);
}

void remove_property(json::object& schema, std::string_view name) {
  remove_member(schema["properties"].as_object(), name);
  if (auto* example = schema.if_contains("example")) remove_member(example->get_object(), name);
  auto* required = schema.if_contains("required");
  if (!required) return;
  auto& names = required->get_array();
  const auto found = std::ranges::find(names, json::value(name));
  if (found != names.end()) names.erase(found);
  if (names.empty()) schema.erase("required");
}

// Splits the input's fields into path and query parameters and what is left for the body.
void describe_input(const Route& route, const Route::Input& input, json::object& operation) {
  json::array parameters;
  auto body = input.schema;
  const auto properties = input.schema.at("properties").as_object();
  for (const auto& [name, schema] : properties) {
    const bool in_path = route.path.find('{' + std::string(name) + '}') != std::string::npos;
    if (!in_path && input.from_body) continue;
    parameters.push_back(
        parameter(name, in_path ? "path" : "query", in_path || is_required(input.schema, name), schema.as_object()));
    remove_property(body, name);
  }
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!input.from_body || body["properties"].as_object().empty()) return;
  json::object media;
  if (const auto* example = body.if_contains("example")) {
    media["example"] = *example;
    body.erase("example");
  }
  media["schema"] = std::move(body);
  operation["requestBody"] = {{"required", true}, {"content", {{input.media_type, std::move(media)}}}};
}

json::object describe_headers(const Route& route) {
  json::object headers;
  for (const auto& [name, text] : route.headers()) {
    headers[name] = {{"description", text}, {"schema", {{"type", "string"}}}};
  }
  return headers;
}

// OpenAPI 3.1 §4.8.30: each element of the list is enough by itself, and names what its bearer must have.
json::array security_of(const Route& route) {
  json::array wanted;
  if (!route.permission().empty()) wanted.emplace_back(route.permission());
  json::array ways{json::object{{"bearer", std::move(wanted)}}};
  if (route.key()) ways.push_back(json::object{{route.key()->scheme, json::array()}});
  return ways;
}

json::object security_schemes(const Router& router) {
  json::object schemes{{"bearer",
                        {{"type", "http"},
                         {"scheme", "bearer"},
                         {"bearerFormat", "JWT"},
                         {"description",
                          "The `access_token` from `POST /auth/login`. Where an operation names a permission like "
                          "`emails:send`, its caller must have it: a user by a role, a service token from `voyages "
                          "token add` or an OAuth client's token by a scope."}}}};
  for (const auto& route : router.routes()) {
    const auto* key = route.key();
    if (!key || route.is_hidden()) continue;
    schemes[key->scheme] = {
        {"type", "apiKey"}, {"in", "header"}, {"name", key->header}, {"description", key->description}};
  }
  return schemes;
}

json::object describe(const Route& route, const json::object& shared, SchemaBook& book) {
  json::object operation{{"operationId", route.operation_id}, {"summary", route.summary()}, {"tags", {route.tag()}}};
  if (!route.description().empty()) operation["description"] = route.description();
  const auto input = route.describe_input(book);
  if (!input.schema.empty()) describe_input(route, input, operation);
  if (route.needs_sign_in()) operation["security"] = security_of(route);

  json::object responses;
  const auto output = route.describe_output(book);
  auto success = success_response(reason_phrase(route.success()), output);
  if (auto headers = describe_headers(route); !headers.empty()) success["headers"] = std::move(headers);
  responses[std::to_string(route.success())] = std::move(success);
  for (const auto& [status, when] : route.also()) responses[std::to_string(status)] = success_response(when, output);
  const bool has_input = !input.schema.empty() && input.refused;
  add_problems(responses, problems_of(route, has_input, operation.contains("requestBody")), shared);
  operation["responses"] = std::move(responses);
  return operation;
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object field{{"type", "object"},
                           {"required", {"field", "code", "message"}},
                           {"properties", {{"field", text}, {"code", text}, {"message", text}}}};
  return {{"type", "object"},
          {"description", "RFC 9457, with a stable `code` to switch on, and every bad field in `errors`."},
          {"required", {"type", "title", "status", "code", "detail", "request_id"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"code", text},
            {"detail", text},
            {"request_id", text},
            {"errors", {{"type", "array"}, {"items", field}}}}}};
}

std::string method_key(Method method) { return to_lower_ascii(to_string(method)); }

void print(std::string& out, const json::value& value, std::size_t depth) {
  const auto indent = [&](std::size_t levels) { out.append(levels * 2, ' '); };
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& member : *object) {
      if (!std::exchange(first, false)) out += ",\n";
      indent(depth + 1);
      append_json_string(out, member.key());
      out += ": ";
      print(out, member.value(), depth + 1);
    }
    out += '\n';
    indent(depth);
    out += '}';
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += "[\n";
    bool first = true;
    for (const auto& element : *array) {
      if (!std::exchange(first, false)) out += ",\n";
      indent(depth + 1);
      print(out, element, depth + 1);
    }
    out += '\n';
    indent(depth);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

json::object openapi(const Router& router, std::string_view version) {
  json::object paths;
  SchemaBook book;
  book["Problem"] = problem_schema();
  auto shared = shared_responses();
  for (const auto& route : router.routes()) {
    if (route.is_hidden()) continue;
    auto& path = paths[route.path];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[method_key(route.method)] = describe(route, shared, book);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Cloud Voyages"},
            {"version", version},
            {"summary", "The back office of all your sites."},
            {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"servers", {{{"url", "/"}}}},
          {"paths", std::move(paths)},
          {"components",
           {{"schemas", std::move(book)},
            {"responses", std::move(shared)},
            {"securitySchemes", security_schemes(router)}}}};
}

std::string pretty_print(const json::value& value) {
  std::string out;
  print(out, value, 0);
  return out += '\n';
}

}  // namespace voyages::http
