#include "app/setting_kinds.h"

#include <fmt/format.h>

#include "app/values.h"

namespace voyages::app {

using std::chrono::seconds;

Setting duration(std::string name, seconds Config::* field, std::string by_default, seconds least, seconds most,
                 std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = fmt::format("a duration from {} to {}, like 30s, 15m, 12h or 30d", show_duration(least),
                               show_duration(most)),
          .by_default = std::move(by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Config& config, std::string_view text) {
                const auto value = parse_duration(text);
                if (!value || *value < least || *value > most) return false;
                config.*field = *value;
                return true;
              },
          .show = [=](const Config& config) { return show_duration(config.*field); }};
}

Setting number(std::string name, std::uint32_t Config::* field, std::uint32_t by_default, std::uint32_t least,
               std::uint32_t most, std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::integer,
          .valid = fmt::format("a whole number from {} to {}", least, most),
          .by_default = fmt::format("{}", by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Config& config, std::string_view text) {
                const auto value = parse_whole_number(text);
                if (!value || *value < least || *value > most) return false;
                config.*field = static_cast<std::uint32_t>(*value);
                return true;
              },
          .show = [=](const Config& config) { return fmt::format("{}", config.*field); }};
}

Setting text(std::string name, std::string Config::* field, std::string by_default, std::string valid,
             std::string explanation, bool (*accept)(std::string_view)) {
  const bool may_be_empty = by_default.empty();
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = std::move(valid),
          .by_default = std::move(by_default),
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [=](Config& config, std::string_view given) {
                if (given.empty() ? !may_be_empty : !accept(given)) return false;
                config.*field = given;
                return true;
              },
          .show = [field](const Config& config) { return config.*field; }};
}

Setting list(std::string name, std::vector<std::string> Config::* field, std::string valid, std::string explanation,
             std::function<bool(std::string& item)> accept) {
  return {.name = std::move(name),
          .form = Setting::Form::list,
          .valid = std::move(valid),
          .by_default = "",
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [field, accept = std::move(accept)](Config& config, std::string_view text) {
                auto items = split_list(text);
                if (!std::ranges::all_of(items, accept)) return false;
                config.*field = std::move(items);
                return true;
              },
          .show = [=](const Config& config) { return show_list(config.*field); }};
}

}  // namespace voyages::app
