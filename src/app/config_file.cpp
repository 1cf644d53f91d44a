#include "app/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "part/values.h"

namespace voyages::app {

namespace {

constexpr std::size_t max_bytes = 1U << 20;

// Nothing when an item is not a string, or holds the comma that would make it two.
std::optional<std::vector<std::string>> read_strings(const toml::array& array) {
  std::vector<std::string> items;
  for (const auto& node : array) {
    const auto* item = node.as_string();
    if (!item || item->get().find(',') != std::string::npos) return std::nullopt;
    items.push_back(item->get());
  }
  return items;
}

FileEntry make_entry(std::string name, const toml::node& node, std::string place) {
  FileEntry entry{std::move(name), std::nullopt, {}, std::move(place)};
  if (const auto* text = node.as_string()) {
    entry.form = part::Setting::Form::text;
    entry.text = text->get();
  } else if (const auto* number = node.as_integer()) {
    entry.form = part::Setting::Form::integer;
    entry.text = fmt::format("{}", number->get());
  } else if (const auto* array = node.as_array()) {
    if (const auto items = read_strings(*array)) {
      entry.form = part::Setting::Form::list;
      entry.text = part::show_list(*items);
    }
  }
  return entry;
}

using Table = std::span<const part::Setting>;

bool begins_a_setting(const std::string& group, Table settings) {
  return std::ranges::any_of(settings, [&](const auto& setting) { return setting.name.starts_with(group + '_'); });
}

// A group may be left empty, as when all its lines are commented out, but not be misspelt.
void flatten(const toml::table& table, const std::string& prefix, const std::string& file, Table settings,
             std::vector<FileEntry>& entries) {
  for (const auto& [key, node] : table) {
    const auto name = prefix + std::string(key.str());
    const auto* group = node.as_table();
    if (group && (begins_a_setting(name, settings) || !group->empty())) {
      flatten(*group, name + '_', file, settings, entries);
    } else {
      entries.push_back(make_entry(name, node, fmt::format("{}:{}", file, key.source().begin.line)));
    }
  }
}

std::expected<std::string, std::string> read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(max_bytes + 1, '\0');
  if (!stream) return std::unexpected(fmt::format("{}: cannot be opened: {}.", path.string(), std::strerror(errno)));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream.bad() || std::filesystem::is_directory(path)) {
    return std::unexpected(fmt::format("{}: cannot be read; it must be a file.", path.string()));
  }
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (bytes.size() > max_bytes) return std::unexpected(fmt::format("{}: is larger than 1 MiB.", path.string()));
  return bytes;
}

}  // namespace

std::expected<std::vector<FileEntry>, std::string> read_config_file(const std::filesystem::path& path, Table settings) {
  const auto bytes = read_bytes(path);
  if (!bytes) return std::unexpected(bytes.error());
  const auto file = path.lexically_normal().string();
  try {
    std::vector<FileEntry> entries;
    flatten(toml::parse(*bytes), "", file, settings, entries);
    return entries;
  } catch (const toml::parse_error& error) {
    return std::unexpected(
        fmt::format("{}:{}: is not well-formed TOML: {}.", file, error.source().begin.line, error.description()));
  }
}

}  // namespace voyages::app
