#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/codec.h"
#include "http/router.h"

/// The door: a request's path, query and body become a handler's input, or the reasons why not.
namespace voyages::http {

inline constexpr ErrorCode malformed_query{"malformed_query", "The query string is not well formed."};
inline constexpr ErrorCode body_required{"body_required", "Send a JSON object as the body."};
inline constexpr ErrorCode malformed_json{"malformed_json", "The body is not well-formed JSON."};
inline constexpr ErrorCode duplicate_field{"duplicate_field", "The body names a field twice."};
inline constexpr ErrorCode unsupported_media_type{"unsupported_media_type",
                                                  "Send the body as `Content-Type: application/json`."};

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// The status of each of the door's errors, and of the problem document for one.
int input_status(std::string_view code);
Response input_problem(const Error& error, std::string_view request_id);

/// The answer to a use case's error, by the route's declaration; throws std::logic_error for an undeclared one.
Response failure(const Route& route, const Error& error, const Context& context);

constexpr bool takes_body(Method method) {
  return method == Method::post || method == Method::put || method == Method::patch;
}

namespace detail {

// A path parameter by name, or nothing.
const std::string* find_parameter(const PathParameters& parameters, std::string_view name);
// The query parameter's value; a second one of the same name is reported.
const std::string* find_query(const QueryPairs& query, std::string_view name, FieldReport& report);
// The names that the path does not give: a second value elsewhere would be ignored, so it is refused.
std::vector<std::string_view> names_outside(const PathParameters& parameters, std::span<const std::string_view> names);
void report_unknown_query(const QueryPairs& query, std::span<const std::string_view> known, FieldReport& report);

template <class M>
bool read_parameter(const std::string* text, std::optional<M>& slot, FieldReport& report) {
  if (!text) return read_absent(slot, report);
  slot = read_text<M>(*text, report);
  return slot.has_value();
}

template <class M>
inline constexpr bool is_text_like =
    ParsedText<M> || is_integer<M> || std::same_as<M, bool> || std::same_as<M, Time> || std::same_as<M, std::string>;
template <class M>
inline constexpr bool is_text_like<std::optional<M>> = is_text_like<M>;

}  // namespace detail

/// Where one request's fields come from.
struct InputSource {
  const PathParameters& path;
  std::optional<boost::json::value> body{};  // an object; absent where the query is read instead
  QueryPairs query{};
};

/// Reads the body or the query, as the method has it. No body is asked for when the path has all of `names`.
Result<InputSource> open_source(const Route& route, const Request& request, const PathParameters& parameters,
                                std::span<const std::string_view> names);

template <class Input>
Result<Input> read_input(const Route& route, const Request& request, const PathParameters& parameters) {
  using Slots = detail::SlotsOf<Input>;
  auto source = open_source(route, request, parameters, Slots::names);
  if (!source) return fail(source.error());

  FieldReport report;
  const auto known = detail::names_outside(parameters, Slots::names);
  if (source->body) detail::report_unknown_fields(source->body->get_object(), known, report);
  detail::report_unknown_query(source->query, known, report);
  auto input = Slots().build([&](std::string_view name, auto& slot) {
    using M = typename std::remove_cvref_t<decltype(slot)>::value_type;
    if constexpr (detail::is_text_like<M>) {
      const FieldReport::Step step(report, name);
      if (const auto* parameter = detail::find_parameter(parameters, name)) {
        return detail::read_parameter(parameter, slot, report);
      }
      if (!source->body) return detail::read_parameter(detail::find_query(source->query, name, report), slot, report);
    }
    return source->body && detail::read_member(source->body->get_object(), name, slot, report);
  });
  if (input && report.clean()) return std::move(*input);
  Error error(invalid_input);
  error.fields = report.take();
  return fail(std::move(error));
}

}  // namespace voyages::http
