#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/style/rules.h"

namespace voyages::style {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

bool ends_in_one_of(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions) {
  return std::ranges::any_of(extensions, [&](std::string_view extension) { return path.extension() == extension; });
}

/// The files under these folders of the project.
std::vector<SourceFile> files_under(std::initializer_list<const char*> folders,
                                    std::initializer_list<std::string_view> extensions) {
  const std::filesystem::path root = VOYAGES_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const auto* folder : folders) {
    if (!std::filesystem::exists(root / folder)) continue;
    for (auto entry = std::filesystem::recursive_directory_iterator(root / folder); entry != end(entry); ++entry) {
      if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
      if (!entry->is_regular_file() || !ends_in_one_of(entry->path(), extensions)) continue;
      files.push_back({entry->path().lexically_relative(root).generic_string(), read(entry->path())});
    }
  }
  return files;
}

std::vector<SourceFile> cpp_files() { return files_under({"src", "tests", "bench"}, {".h", ".cpp"}); }

void expect_no_complaints(std::vector<Complaint> (*rule)(const SourceFile&), const std::vector<SourceFile>& files) {
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    for (const auto& complaint : rule(file)) {
      ADD_FAILURE() << complaint.path << ':' << complaint.line << ": " << complaint.message;
    }
  }
}

TEST(Style, IncludesPointOneWay) { expect_no_complaints(check_includes, cpp_files()); }

TEST(Style, NoBannedCalls) { expect_no_complaints(check_banned_words, cpp_files()); }

TEST(Style, HeadersAreDocumented) { expect_no_complaints(check_header, files_under({"src"}, {".h"})); }

TEST(Style, FilesAndLinesAreShort) { expect_no_complaints(check_layout, cpp_files()); }

TEST(Style, NoSecretsAndNoPrivatePaths) {
  expect_no_complaints(
      check_secrets,
      files_under({"src", "tests", "bench", "frontend", "scripts", "cmake", "docs", ".ci"},
                  {".h", ".cpp", ".txt", ".cmake", ".md", ".sh", ".js", ".mjs", ".html", ".css", ".json"}));
}

TEST(Style, FilesAreFormatted) {
  if (std::system("command -v clang-format-19 >/dev/null") != 0) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "clang-format-19 is missing where it must not be";
    GTEST_SKIP() << "clang-format-19 is not installed, so nobody knows whether the files are formatted. Run ./test";
  }
  EXPECT_EQ(std::system("'" VOYAGES_SOURCE_DIR "/scripts/check_format'"), 0) << "Run scripts/check_format --fix";
}

}  // namespace
}  // namespace voyages::style
