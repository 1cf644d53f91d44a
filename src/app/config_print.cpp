#include "app/config_print.h"

#include <fmt/format.h>

#include "app/settings.h"
#include "part/values.h"

namespace voyages::app {

namespace {

std::string_view to_string(Origin::Source source) {
  switch (source) {
    case Origin::Source::by_default:
      return "default";
    case Origin::Source::file:
      return "file";
    case Origin::Source::environment:
      return "environment";
    case Origin::Source::command_line:
      return "command line";
  }
  return {};
}

std::string describe(const Origin& origin) {
  const auto source = to_string(origin.source);
  return origin.place.empty() ? std::string(source) : fmt::format("{}: {}", source, origin.place);
}

// As the file would write it, so that a line can be copied there.
std::string as_toml(const part::Setting& setting, const std::string& text) {
  if (setting.form == part::Setting::Form::integer) return text;
  std::string out;
  if (setting.form == part::Setting::Form::text) {
    append_json_string(out, text);
    return out;
  }
  for (const auto& item : part::split_list(text)) {
    out += out.empty() ? "" : ", ";
    append_json_string(out, item);
  }
  return '[' + out + ']';
}

constexpr std::string_view markdown_head = R"(# Configuration

Every setting has a default, so an empty configuration works. A setting is read from four places; the first that has it
wins:

1. the command line: `--data`, `--table` and `--dynamodb-table` everywhere, `--listen` and `--metrics-listen` for
   `voyages serve`, `--listen` for `voyages health` too;
2. the environment: `VOYAGES_` and the name in capitals, lists with commas between their items;
3. the configuration file, in TOML;
4. the default.

The file is the one of `--config FILE`, or else of `VOYAGES_CONFIG`, or else `voyages.toml` in the working directory, or
else `voyages.toml` in the data directory. Settings that begin alike may stand in a group:

```toml
registration = "invite"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]

[password]
memory = 65536 # the same as password_memory = 65536 above the groups
passes = 3
```

An unknown setting, in the file or in the environment, or a value that is not valid, stops the program with a sentence
that names it. `voyages config` shows the values in effect and where each came from. Relative paths start at the
working directory.

| setting | environment | default | valid | what it does |
| --- | --- | --- | --- | --- |
)";

}  // namespace

std::string list_config(const LoadedConfig& loaded) {
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (const auto& setting : settings()) {
    lines.push_back(fmt::format("{} = {}", setting.name, as_toml(setting, setting.show(loaded.config))));
    width = std::max(width, std::min<std::size_t>(lines.back().size(), 60));
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += fmt::format("{:<{}}  # {}\n", lines[i], width, describe(loaded.origins[i]));
  }
  return out;
}

std::string config_markdown() {
  std::string out(markdown_head);
  for (const auto& setting : settings()) {
    const auto fallback = setting.by_default.empty() ? "empty" : fmt::format("`{}`", setting.by_default);
    out += fmt::format("| `{}` | `{}` | {} | {} | {}{} |\n", setting.name, setting.environment(), fallback,
                       setting.valid, setting.explanation, setting.secret ? " Secret: never shown." : "");
  }
  return out;
}

}  // namespace voyages::app
