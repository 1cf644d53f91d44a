#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voyages::style {

/// A file of the project as the rules see it.
struct SourceFile {
  std::string path;  // from the project's root: `src/auth/login.cpp`
  std::string text;
};

/// What a file does against a rule.
struct Complaint {
  std::string path;
  std::size_t line;
  std::string message;

  bool operator==(const Complaint&) const = default;
};

/// Includes that run against the one direction that dependencies have.
std::vector<Complaint> check_includes(const SourceFile& file);

/// Calls that have a better replacement here; what stands in comments and strings does not count.
std::vector<Complaint> check_banned_words(const SourceFile& file);

/// Headers begin with `#pragma once`, and their types at namespace scope are documented.
std::vector<Complaint> check_header(const SourceFile& file);

/// Length, tabs, trailing space, the last line's end.
std::vector<Complaint> check_layout(const SourceFile& file);

/// Literals that look like a key or a password of somebody, and paths of somebody's machine.
std::vector<Complaint> check_secrets(const SourceFile& file);

/// The text with the contents of comments and literals blanked, line by line as long as before.
std::string without_comments_and_literals(std::string_view text);

}  // namespace voyages::style
