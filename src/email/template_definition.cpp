#include "email/template_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/strict_json.h"

namespace voyages::email {

namespace {

namespace json = boost::json;
using Type = TemplateParameter::Type;
using Parameters = std::expected<std::vector<TemplateParameter>, std::string>;

constexpr std::array<std::pair<std::string_view, Type>, 5> types{{{"text", Type::text},
                                                                  {"url", Type::url},
                                                                  {"number", Type::number},
                                                                  {"boolean", Type::boolean},
                                                                  {"list", Type::list}}};

std::string text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name != "brand" &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

std::expected<TemplateParameter, std::string> parse_parameter(const json::value& value, bool in_list);

Parameters parse_parameters(const json::object& holder, std::string_view member, bool in_list) {
  std::vector<TemplateParameter> parameters;
  const auto* value = holder.if_contains(member);
  if (value == nullptr) return parameters;
  const auto* list = value->if_array();
  if (list == nullptr) return std::unexpected(fmt::format("`{}` must be a list", member));
  for (const auto& entry : *list) {
    auto parameter = parse_parameter(entry, in_list);
    if (!parameter) return std::unexpected(parameter.error());
    if (std::ranges::find(parameters, parameter->name, &TemplateParameter::name) != parameters.end()) {
      return std::unexpected(fmt::format("`{}` is declared twice", parameter->name));
    }
    parameters.push_back(std::move(*parameter));
  }
  return parameters;
}

std::expected<TemplateParameter, std::string> parse_parameter(const json::value& value, bool in_list) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::unexpected("a parameter must be an object in braces");
  TemplateParameter parameter{.name = text_member(*object, "name"), .description = text_member(*object, "description")};
  if (!is_name(parameter.name)) {
    return std::unexpected("a parameter's `name` has small letters, digits and `_`, and is not `brand`");
  }
  const auto* type = std::ranges::find(types, text_member(*object, "type"), &std::pair<std::string_view, Type>::first);
  if (type == types.end() || (in_list && type->second == Type::list)) {
    return std::unexpected(
        fmt::format("`{}` needs a `type`: text, url, number, boolean{}", parameter.name, in_list ? "" : " or list"));
  }
  parameter.type = type->second;
  if (const auto* required = object->if_contains("required")) {
    if (!required->is_bool()) return std::unexpected(fmt::format("`{}`: `required` is true or false", parameter.name));
    parameter.required = required->get_bool();
  }
  if (const auto* example = object->if_contains("example")) parameter.example = *example;
  auto fields = parse_parameters(*object, "fields", true);
  if (!fields) return std::unexpected(fields.error());
  parameter.fields = std::move(*fields);
  return parameter;
}

}  // namespace

std::expected<TemplateInfo, std::string> parse_definition(std::string_view text) {
  const auto value = parse_strict_json(text);
  if (!value || !value->is_object()) return std::unexpected("this must be a JSON object");
  const auto& object = value->get_object();
  TemplateInfo info{.description = text_member(object, "description")};
  const auto stream = text_member(object, "stream");
  if (stream != "transactional" && stream != "bulk") {
    return std::unexpected("`stream` must be transactional or bulk");
  }
  info.stream = stream == "bulk" ? Stream::bulk : Stream::transactional;
  auto parameters = parse_parameters(object, "parameters", false);
  if (!parameters) return std::unexpected(parameters.error());
  info.parameters = std::move(*parameters);
  return info;
}

}  // namespace voyages::email
