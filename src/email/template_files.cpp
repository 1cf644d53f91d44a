#include "email/template_files.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "base/encoding.h"
#include "email/mustache.h"

namespace voyages::email {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_files = 2'000;

bool is_hidden(const fs::path& path) {
  const auto name = path.filename().string();
  return name.starts_with('.') || name.ends_with('~');  // what editors leave about
}

// `<folder>/<name>/<file>`: neither deeper nor more than anybody writes. Sorted by path.
std::map<std::string, fs::path> list_files(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (is_hidden(entry->path()) || !entry->is_directory(ignored)) continue;
    std::error_code inner;
    for (fs::directory_iterator file(entry->path(), inner), last; !inner && file != last; file.increment(inner)) {
      if (is_hidden(file->path()) || !file->is_regular_file(ignored) || files.size() >= max_files) continue;
      files.emplace(file->path().lexically_relative(folder).generic_string(), file->path());
    }
  }
  return files;
}

}  // namespace

std::string fingerprint(const fs::path& folder) {
  std::string result;
  if (folder.empty()) return result;
  for (const auto& [name, path] : list_files(folder)) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    const auto time = fs::last_write_time(path, error).time_since_epoch().count();
    result += fmt::format("{} {} {}\n", name, size, time);
  }
  return result;
}

TemplateFiles read_own_files(const fs::path& folder, std::vector<std::string>& problems) {
  TemplateFiles files;
  if (folder.empty()) return files;
  for (const auto& [name, path] : list_files(folder)) {
    std::ifstream file(path, std::ios::binary);
    std::string text(Mustache::max_template_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad() || (text.empty() && !file.is_open())) {
      problems.push_back(fmt::format("{}: cannot be read", name));
    } else if (text.size() > Mustache::max_template_bytes) {
      problems.push_back(fmt::format("{}: a file has at most {} KB", name, Mustache::max_template_bytes / 1024));
    } else if (!is_utf8(text)) {
      problems.push_back(fmt::format("{}: not UTF-8", name));
    } else {
      files.emplace(name, TemplateFile{std::move(text), true});
    }
  }
  return files;
}

}  // namespace voyages::email
