#include "aws/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "aws/environment.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/unavailable.h"

namespace voyages::aws {

namespace {

constexpr std::size_t file_limit_bytes = 1U << 20;

/// A file's path with a leading `~` replaced, or the usual place under the home directory; empty without either.
std::string path_of(const char* variable_name, std::string_view usual) {
  auto path = variable(variable_name);
  const auto home = variable("HOME");
  if (path.starts_with("~/")) path = home + path.substr(1);
  if (path.empty() && !home.empty()) path = home + "/.aws/" + std::string(usual);
  return path;
}

Secret read_file(const std::string& path) {
  std::error_code missing;
  if (path.empty() || !std::filesystem::exists(path, missing)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string text(file_limit_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !file.is_open()) throw Unavailable("cannot read " + path);
  if (static_cast<std::size_t>(file.gcount()) > file_limit_bytes) throw Unavailable(path + " is larger than 1 MB");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return Secret(std::move(text));
}

// A `#` or `;` starts a comment on a line of its own, or within a value behind white space.
std::string_view without_comment(std::string_view line) {
  const auto trimmed = trim(line);
  if (trimmed.starts_with('#') || trimmed.starts_with(';')) return {};
  for (std::size_t i = 1; i < line.size(); ++i) {
    if ((line[i] == '#' || line[i] == ';') && (line[i - 1] == ' ' || line[i - 1] == '\t')) return line.substr(0, i);
  }
  return line;
}

/// The name in `[name]`; empty for another line.
std::string_view section_name(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('[') || !line.ends_with(']')) return {};
  return trim(line.substr(1, line.size() - 2));
}

/// Adds what is not there yet. A key's parts are of one file: half of one and half of another would be no key.
void add_settings(ProfileSettings& to, const ProfileFile& file, std::string_view section) {
  const auto found = file.find(section);
  if (found == file.end()) return;
  const bool has_key = to.contains("aws_access_key_id");
  for (const auto& [name, value] : found->second) {
    if (!has_key || !name.starts_with("aws_")) to.emplace(name, value);
  }
}

}  // namespace

ProfileFile parse_profile_file(std::string_view text) {
  ProfileFile file;
  ProfileSettings* section = nullptr;
  std::string outer;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = without_comment(line);
    if (const auto name = section_name(line); !name.empty()) {
      section = &file[std::string(name)];
      outer.clear();
      continue;
    }
    const auto equals = line.find('=');
    if (!section || equals == std::string_view::npos) continue;
    const auto name = to_lower_ascii(trim(line.substr(0, equals)));
    const auto value = trim(line.substr(equals + 1));
    const bool nested = line.starts_with(' ') || line.starts_with('\t');
    if (nested && !outer.empty()) {
      section->insert_or_assign(fmt::format("{}.{}", outer, name), Secret(value));
    } else {
      section->insert_or_assign(name, Secret(value));
      outer = value.empty() ? name : std::string();
    }
  }
  return file;
}

Profile read_profile() {
  Profile profile;
  profile.name = variable("AWS_PROFILE");
  if (profile.name.empty()) profile.name = "default";
  const auto credentials_path = path_of("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const auto config_path = path_of("AWS_CONFIG_FILE", "config");
  profile.files = credentials_path.empty() ? config_path : credentials_path + " and " + config_path;

  const auto credentials = parse_profile_file(read_file(credentials_path).expose());
  const auto config = parse_profile_file(read_file(config_path).expose());
  const auto in_config =
      profile.name == "default" && !config.contains("profile default") ? profile.name : "profile " + profile.name;
  profile.exists = credentials.contains(profile.name) || config.contains(in_config);
  add_settings(profile.settings, credentials, profile.name);
  add_settings(profile.settings, config, in_config);
  if (const auto services = profile.settings.find("services"); services != profile.settings.end()) {
    add_settings(profile.services, config, "services " + std::string(services->second.expose()));
  }
  return profile;
}

}  // namespace voyages::aws
