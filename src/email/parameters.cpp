#include "email/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <cmath>
#include <utility>

#include "base/encoding.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr std::size_t max_text_characters = 10'000;
constexpr std::size_t max_url_bytes = 2'000;
constexpr std::size_t max_list_items = 1'000;
constexpr std::size_t max_faults = 100;

// Counts bytes without writing them out. Stops when it is enough to know that there are too many.
std::size_t size_of(const json::value& value, std::size_t depth = 0) {
  constexpr std::size_t overhead = 8;  // of a number, a name's quotes, a comma
  std::size_t bytes = overhead;
  if (depth > 8) return max_params_bytes + 1;
  if (const auto* text = value.if_string()) bytes += text->size();
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) {
      if (bytes <= max_params_bytes) bytes += size_of(item, depth + 1);
    }
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [name, item] : *object) {
      if (bytes <= max_params_bytes) bytes += name.size() + size_of(item, depth + 1);
    }
  }
  return bytes;
}

class Checker {
 public:
  void check(const std::vector<TemplateParameter>& declared, const json::object& params, const std::string& path) {
    for (const auto& [name, value] : params) {
      if (std::ranges::find(declared, std::string_view(name), &TemplateParameter::name) == declared.end()) {
        // The name comes from outside: it is shown, but not at any length.
        add(path + "." + printable(name), "unknown_field", "The template has no such parameter.");
      }
    }
    for (const auto& parameter : declared) {
      const auto* value = params.if_contains(parameter.name);
      const auto field = path + "." + parameter.name;
      if (value == nullptr || is_blank(*value)) {
        if (parameter.required) add(field, "required", "This parameter is required, and must not be empty.");
      } else {
        check_value(parameter, *value, field);
      }
    }
  }

  void add(std::string field, std::string code, std::string message) {
    if (faults_.size() < max_faults) faults_.push_back({std::move(field), std::move(code), std::move(message)});
  }

  std::vector<FieldError> take() { return std::move(faults_); }

 private:
  static bool is_blank(const json::value& value) {
    const auto* text = value.if_string();
    return value.is_null() || (text != nullptr && text->find_first_not_of(" \t\r\n") == json::string::npos);
  }

  static std::string printable(std::string_view name) {
    std::string text(name.substr(0, 64));
    std::ranges::replace_if(text, [](char c) { return c <= ' ' || c > '~'; }, '?');
    return text;
  }

  void check_value(const TemplateParameter& parameter, const json::value& value, const std::string& field) {
    switch (parameter.type) {
      case TemplateParameter::Type::text:
        return check_text(value, field);
      case TemplateParameter::Type::url:
        return check_url(value, field);
      case TemplateParameter::Type::number:
        if (!value.is_number() || !std::isfinite(value.to_number<double>())) {
          add(field, "wrong_type", "This must be a number.");
        }
        return;
      case TemplateParameter::Type::boolean:
        if (!value.is_bool()) add(field, "wrong_type", "This must be true or false.");
        return;
      case TemplateParameter::Type::list:
        return check_list(parameter, value, field);
    }
  }

  void check_text(const json::value& value, const std::string& field) {
    const auto* text = value.if_string();
    if (text == nullptr) return add(field, "wrong_type", "This must be text in quotes.");
    if (!is_utf8(*text)) return add(field, "wrong_type", "This must be UTF-8 text.");
    if (count_code_points(*text) > max_text_characters) {
      add(field, "too_long", fmt::format("This has at most {} characters.", max_text_characters));
    }
  }

  void check_url(const json::value& value, const std::string& field) {
    const auto* text = value.if_string();
    if (text == nullptr) return add(field, "wrong_type", "This must be text in quotes.");
    if (text->size() > max_url_bytes) {
      return add(field, "too_long", fmt::format("This has at most {} characters.", max_url_bytes));
    }
    const auto url = boost::urls::parse_uri(std::string_view(*text));
    const bool web =
        url && (url->scheme_id() == boost::urls::scheme::http || url->scheme_id() == boost::urls::scheme::https);
    if (!web || url->host().empty()) add(field, "invalid_url", "This must be an http:// or https:// address.");
  }

  void check_list(const TemplateParameter& parameter, const json::value& value, const std::string& field) {
    const auto* list = value.if_array();
    if (list == nullptr) return add(field, "wrong_type", "This must be a list.");
    if (list->size() > max_list_items) {
      return add(field, "too_long", fmt::format("This list has at most {} items.", max_list_items));
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto item_field = fmt::format("{}[{}]", field, i);
      const auto* object = (*list)[i].if_object();
      if (object == nullptr) {
        add(item_field, "wrong_type", "This must be an object in braces.");
      } else {
        check(parameter.fields, *object, item_field);
      }
    }
  }

  std::vector<FieldError> faults_{};
};

}  // namespace

std::vector<FieldError> check_parameters(const std::vector<TemplateParameter>& declared, const json::object& params) {
  Checker checker;
  std::size_t bytes = 0;
  for (const auto& [name, value] : params) bytes += name.size() + (bytes <= max_params_bytes ? size_of(value) : 0);
  if (bytes > max_params_bytes) {
    checker.add("params", "too_long",
                fmt::format("All parameters together have at most {} KB.", max_params_bytes / 1024));
  } else {
    checker.check(declared, params, "params");
  }
  return checker.take();
}

Result<void> check_subject(const std::vector<TemplateParameter>& declared, const json::object& params) {
  Error error(invalid_input);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  const auto check = [&](const TemplateParameter& parameter, const json::object& object, const std::string& path) {
    const auto* value = parameter.in_subject ? object.if_contains(parameter.name) : nullptr;
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || std::ranges::none_of(*text, is_control) || error.fields.size() == max_faults) return;
    error.fields.push_back({path + "." + parameter.name, "control_character",
                            "This stands in the subject: line breaks and the like are not allowed here."});
  };
  for (const auto& parameter : declared) {
    check(parameter, params, "params");
    const auto* value = params.if_contains(parameter.name);
    const auto* list = value == nullptr ? nullptr : value->if_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const auto path = fmt::format("params.{}[{}]", parameter.name, i);
      for (const auto& field : parameter.fields) check(field, (*list)[i].as_object(), path);
    }
  }
  if (error.fields.empty()) return {};
  return fail(std::move(error));
}

}  // namespace voyages::email
