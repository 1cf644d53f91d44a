#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::email {

/// A file of the built-in templates: `welcome/en.html.mustache`.
struct BuiltInFile {
  std::string_view path;
  std::string_view text;
};

/// What was in src/email/templates when the program was built; cmake/templates.cmake makes it.
std::span<const BuiltInFile> built_in_files();

/// The text of a template's file, and where it comes from.
struct TemplateFile {
  std::string text{};
  bool is_own = false;
};

/// By path within their folder.
using TemplateFiles = std::map<std::string, TemplateFile, std::less<>>;

/// What tells whether a folder has changed: each file's path, size and time.
std::string fingerprint(const std::filesystem::path& folder);

/// The files of the operator's folder and of the folders in it. What cannot be read or is too large is a problem.
TemplateFiles read_own_files(const std::filesystem::path& folder, std::vector<std::string>& problems);

}  // namespace voyages::email
