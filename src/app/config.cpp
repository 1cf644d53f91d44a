#include "app/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <numeric>

#include "app/config_file.h"
#include "app/parts.h"
#include "app/settings.h"
#include "app/values.h"
#include "base/url.h"
#include "part/values.h"

namespace voyages::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view variable_prefix = "VOYAGES_";
constexpr std::string_view file_variable = "VOYAGES_CONFIG";

// Levenshtein's: how many letters to add, drop or change.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string advice_for_unknown(std::string_view name, std::span<const part::Setting> table,
                               std::string (*spell)(const part::Setting&)) {
  if (name.size() <= 64) {
    const auto nearest = std::ranges::min_element(
        table, {}, [&](const part::Setting& setting) { return distance(name, spell(setting)); });
    if (distance(name, spell(*nearest)) <= 3) return fmt::format("Did you mean {}?", spell(*nearest));
  }
  return "`voyages config --markdown` lists all settings.";
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 100;
  std::string out;
  append_json_string(out, text.substr(0, most));
  return text.size() > most ? out + "…" : out;
}

std::string_view spelling(part::Setting::Form form) {
  switch (form) {
    case part::Setting::Form::text:
      return "in quotes";
    case part::Setting::Form::integer:
      return "without quotes";
    case part::Setting::Form::list:
      return "as an array of strings";
  }
  return {};
}

/// Applies one source after the other, from the weakest to the strongest, and gathers what is wrong.
class Loader {
 public:
  explicit Loader(std::span<const part::Setting> table) : table_(table) {
    for (const auto& setting : table_) set(setting, setting.by_default, Origin{});
  }

  void read_file(const fs::path& path, bool in_data_directory) {
    const auto entries = read_config_file(path, table_);
    if (!entries) {
      errors_.push_back(entries.error());
      return;
    }
    loaded_.file = path;
    for (const auto& entry : *entries) read_entry(entry, in_data_directory);
  }

  void read_environment(const std::map<std::string, std::string>& environment) {
    for (const auto& [variable, text] : environment) {
      if (!variable.starts_with(variable_prefix) || variable == file_variable) continue;
      const auto setting = std::ranges::find(table_, variable, &part::Setting::environment);
      if (setting == table_.end()) {
        errors_.push_back(fmt::format("{}: there is no such setting. {}", variable,
                                      advice_for_unknown(variable, table_, [](const part::Setting& candidate) {
                                        return candidate.environment();
                                      })));
      } else {
        set(*setting, text, {Origin::Source::environment, variable});
      }
    }
  }

  void read_command_line(const std::map<std::string, std::string>& options) {
    for (const auto& [name, text] : options) {
      const auto* setting = find_setting(name, table_);
      if (!setting) throw std::logic_error("no such setting: " + name);
      auto option = "--" + name;
      std::ranges::replace(option, '_', '-');
      set(*setting, text, {Origin::Source::command_line, std::move(option)});
    }
  }

  std::expected<LoadedConfig, ConfigErrors> finish() && {
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    auto& config = loaded_.config;
    if (config.public_url.empty()) config.public_url = local_url(config.listen);
    return std::move(loaded_);
  }

 private:
  void read_entry(const FileEntry& entry, bool in_data_directory) {
    const auto* setting = find_setting(entry.name, table_);
    if (!setting) {
      errors_.push_back(
          fmt::format("{}: there is no setting {}. {}", entry.place, in_quotes(entry.name),
                      advice_for_unknown(entry.name, table_, [](const part::Setting& known) { return known.name; })));
    } else if (entry.form != setting->form) {
      errors_.push_back(fmt::format("{} ({}) must be {}, written {}.", setting->name, entry.place, setting->valid,
                                    spelling(setting->form)));
    } else if (in_data_directory && setting->name == "data") {
      errors_.push_back(fmt::format("data ({}) cannot be set by the file in the data directory; say --data or {}.",
                                    entry.place, setting->environment()));
    } else if (origin_of(*setting).source == Origin::Source::file) {
      errors_.push_back(fmt::format("{} ({}) is set twice, first in {}; keep one.", setting->name, entry.place,
                                    origin_of(*setting).place));
    } else {
      set(*setting, entry.text, {Origin::Source::file, entry.place});
    }
  }

  void set(const part::Setting& setting, std::string_view text, Origin origin) {
    if (setting.set(loaded_.config, text)) {
      origin_of(setting) = std::move(origin);
    } else if (setting.secret) {
      errors_.push_back(fmt::format("{} ({}) is not valid. It must be {}.", setting.name, origin.place, setting.valid));
    } else {
      errors_.push_back(fmt::format("{} ({}) is {}, which is not valid. It must be {}.", setting.name, origin.place,
                                    in_quotes(text), setting.valid));
    }
  }

  Origin& origin_of(const part::Setting& setting) {
    loaded_.origins.resize(table_.size());
    return loaded_.origins[static_cast<std::size_t>(&setting - table_.data())];
  }

  std::span<const part::Setting> table_;
  LoadedConfig loaded_;
  ConfigErrors errors_;
};

const std::string* find(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

// The data directory as far as it is known before a file is read.
fs::path early_data_directory(const ConfigSources& sources) {
  const auto& setting = *find_setting("data");
  if (const auto* option = find(sources.command_line, setting.name)) return *option;
  if (const auto* variable = find(sources.environment, setting.environment())) return *variable;
  return setting.by_default;
}

void read_file(Loader& loader, const ConfigSources& sources) {
  const auto* variable = find(sources.environment, std::string(file_variable));
  if (sources.file) return loader.read_file(*sources.file, false);
  if (variable && !variable->empty()) return loader.read_file(*variable, false);
  std::error_code ignored;  // what cannot even be looked at is not there
  if (fs::exists("voyages.toml", ignored)) return loader.read_file("voyages.toml", false);
  const auto in_data = early_data_directory(sources) / "voyages.toml";
  if (fs::exists(in_data, ignored)) loader.read_file(in_data, true);
}

}  // namespace

std::string Config::public_host() const {
  const auto authority = split_url(public_url).value().authority;
  // An IPv6 address has colons of its own, in brackets.
  return std::string(authority.substr(0, authority.ends_with(']') ? std::string_view::npos : authority.rfind(':')));
}

// A provider under development runs beside the server under development; one that people reach has no such neighbours
// unless its operator says so.
std::vector<std::string> Config::outgoing_ranges() const {
  auto ranges = outgoing_allow;
  if (is_loopback(public_host())) ranges.insert(ranges.end(), {"127.0.0.0/8", "::1"});
  return ranges;
}

bool Config::uses_data_directory() const {
  return table == TableEngine::sqlite || sqs_queue_url.empty() || s3_bucket.empty() ||
         std::ranges::any_of(fittings(), [this](const Fitting& each) { return each.uses_data_directory(*this); });
}

std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources,
                                                      std::span<const part::Setting> table) {
  Loader loader(table);
  read_file(loader, sources);
  loader.read_environment(sources.environment);
  loader.read_command_line(sources.command_line);
  return std::move(loader).finish();
}

std::expected<LoadedConfig, ConfigErrors> load_config(const ConfigSources& sources) {
  return load_config(sources, settings());
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string local_url(const ListenAddress& address) {
  const bool everywhere = address.host.empty() || address.host == "0.0.0.0" || address.host == "::";
  const ListenAddress reachable{everywhere ? "localhost" : address.host, address.port};
  const auto url = "http://" + show_listen_address(reachable);
  return part::parse_origin(url).value_or(url);
}

}  // namespace voyages::app
