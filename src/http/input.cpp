#include "http/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strict_json.h"
#include "http/problem.h"

namespace voyages::http {

namespace {

// RFC 9110 §8.3.1: type and subtype in any case, parameters after a semicolon; RFC 6839 §3.1: a `+json` suffix will do.
bool is_json_media_type(std::string_view content_type) {
  auto essence = content_type.substr(0, content_type.find(';'));
  while (!essence.empty() && (essence.back() == ' ' || essence.back() == '\t')) essence.remove_suffix(1);
  const auto lower = to_lower_ascii(essence);
  return lower == "application/json" || (lower.starts_with("application/") && lower.ends_with("+json"));
}

Error json_error(const JsonFault& fault) {
  switch (fault.kind) {
    case JsonFault::Kind::duplicate_name: {
      Error error(duplicate_field);
      error.fields.push_back({fault.name, "duplicate_field", "This field stands twice in the same object."});
      return error;
    }
    case JsonFault::Kind::too_deep:
      return {malformed_json, "The body is nested too deeply."};
    case JsonFault::Kind::not_utf8:
      return {malformed_json, fmt::format("The body is not UTF-8 at byte {}.", fault.offset)};
    case JsonFault::Kind::syntax:
      break;
  }
  return {malformed_json, fmt::format("The body is not well-formed JSON at byte {}.", fault.offset)};
}

Result<boost::json::value> read_body(const Request& request) {
  if (request.body.empty()) return fail(body_required);
  if (!is_json_media_type(request.headers.get("Content-Type"))) return fail(unsupported_media_type);
  auto json = parse_strict_json(request.body);
  if (!json) return fail(json_error(json.error()));
  if (!json->is_object()) return fail(body_required);
  return std::move(*json);
}

}  // namespace

int input_status(std::string_view code) {
  if (code == unsupported_media_type.code) return 415;
  if (code == invalid_input.code) return 422;
  return 400;
}

Response input_problem(const Error& error, std::string_view request_id) {
  return problem(input_status(error.code), error, request_id);
}

Response failure(const Route& route, const Error& error, const Context& context) {
  const auto status = error.code == invalid_input.code ? std::optional(422) : route.status_of(error.code);
  if (!status) throw std::logic_error(fmt::format("{} does not declare the error {}", route.operation_id, error.code));
  auto response = problem(*status, error, context.request_id);
  // RFC 9110 §15.5.2: a 401 says how to sign in.
  if (*status == 401) response.headers.add("WWW-Authenticate", R"(Bearer realm="voyages")");
  return response;
}

Result<InputSource> open_source(const Route& route, const Request& request, const PathParameters& parameters,
                                std::span<const std::string_view> names) {
  InputSource source{parameters};
  if (!takes_body(route.method)) {
    auto query = parse_query(request.raw_query());
    if (!query) return fail(malformed_query);
    source.query = std::move(*query);
    return source;
  }
  const bool all_in_path =
      std::ranges::all_of(names, [&](auto name) { return detail::find_parameter(parameters, name) != nullptr; });
  if (all_in_path) return source;
  auto body = read_body(request);
  if (!body) return fail(body.error());
  source.body = std::move(*body);
  return source;
}

namespace detail {

const std::string* find_parameter(const PathParameters& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &PathParameters::value_type::first);
  return found == parameters.end() ? nullptr : &found->second;
}

std::vector<std::string_view> names_outside(const PathParameters& parameters, std::span<const std::string_view> names) {
  std::vector<std::string_view> outside;
  std::ranges::copy_if(names, std::back_inserter(outside),
                       [&](auto name) { return find_parameter(parameters, name) == nullptr; });
  return outside;
}

const std::string* find_query(const QueryPairs& query, std::string_view name, FieldReport& report) {
  const auto found = std::ranges::find(query, name, &QueryPairs::value_type::first);
  if (found == query.end()) return nullptr;
  if (std::ranges::find(found + 1, query.end(), name, &QueryPairs::value_type::first) != query.end()) {
    report.add("duplicate_field", "This parameter stands twice in the query.");
  }
  return &found->second;
}

void report_unknown_query(const QueryPairs& query, std::span<const std::string_view> known, FieldReport& report) {
  for (const auto& [name, value] : query) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const FieldReport::Step step(report, std::string_view(name).substr(0, 64));
    report.add("unknown_field", "There is no such parameter.");
  }
}

}  // namespace detail

}  // namespace voyages::http
