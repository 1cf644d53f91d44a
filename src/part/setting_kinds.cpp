#include "part/setting_kinds.h"

#include <fmt/format.h>

#include "part/values.h"

namespace voyages::part {

using std::chrono::seconds;

Setting duration(std::string name, const Field<seconds>& field, std::string by_default, seconds least, seconds most,
                 std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = fmt::format("a duration from {} to {}, like 30s, 15m, 12h or 30d", show_duration(least),
                               show_duration(most)),
          .by_default = std::move(by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Options& options, std::string_view text) {
                const auto value = parse_duration(text);
                if (!value || *value < least || *value > most) return false;
                field.set(options, *value);
                return true;
              },
          .show = [=](const Options& options) { return show_duration(field.get(options)); }};
}

Setting number(std::string name, const Field<std::uint32_t>& field, std::uint32_t by_default, std::uint32_t least,
               std::uint32_t most, std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::integer,
          .valid = fmt::format("a whole number from {} to {}", least, most),
          .by_default = fmt::format("{}", by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Options& options, std::string_view text) {
                const auto value = parse_whole_number(text);
                if (!value || *value < least || *value > most) return false;
                field.set(options, static_cast<std::uint32_t>(*value));
                return true;
              },
          .show = [=](const Options& options) { return fmt::format("{}", field.get(options)); }};
}

Setting text(std::string name, const Field<std::string>& field, std::string by_default, std::string valid,
             std::string explanation, bool (*accept)(std::string_view)) {
  const bool may_be_empty = by_default.empty();
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = std::move(valid),
          .by_default = std::move(by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Options& options, std::string_view given) {
                if (given.empty() ? !may_be_empty : !accept(given)) return false;
                field.set(options, std::string(given));
                return true;
              },
          .show = [field](const Options& options) { return field.get(options); }};
}

Setting list(std::string name, const Field<std::vector<std::string>>& field, std::string valid, std::string explanation,
             std::function<bool(std::string& item)> accept) {
  return {.name = std::move(name),
          .form = Setting::Form::list,
          .valid = std::move(valid),
          .by_default = "",
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [field, accept = std::move(accept)](Options& options, std::string_view text) {
                auto items = split_list(text);
                if (!std::ranges::all_of(items, accept)) return false;
                field.set(options, std::move(items));
                return true;
              },
          .show = [=](const Options& options) { return show_list(field.get(options)); }};
}

Setting path(std::string name, const Field<std::filesystem::path>& field, std::string valid, std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = std::move(valid),
          .by_default = "",
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Options& options, std::string_view text) {
                if (text.find('\0') != std::string_view::npos) return false;
                field.set(options, text);
                return true;
              },
          .show = [=](const Options& options) { return field.get(options).string(); }};
}

std::string Setting::environment() const {
  std::string variable = "VOYAGES_";
  for (const char c : name) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return variable;
}

}  // namespace voyages::part
