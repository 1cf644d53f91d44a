#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace voyages::style {

namespace {

constexpr std::size_t most_lines = 400;
constexpr std::size_t most_columns = 120;

bool is_header(std::string_view path) { return path.ends_with(".h"); }

/// What stands at namespace scope begins in the first column: we do not indent namespaces. A type of one line, like a
/// forward declaration or a list of names, says enough itself.
bool begins_type(std::string_view line) {
  if (line.find(';') != std::string_view::npos) return false;
  const auto head = line.substr(0, line.find(':'));
  if (head.find('<') != std::string_view::npos) return false;  // a specialisation: its template is documented
  return line.starts_with("class ") || line.starts_with("struct ") || line.starts_with("enum class ");
}

/// The line above, or above a `template <…>` and its requirements.
bool documented(const std::vector<std::string_view>& lines, std::size_t at) {
  while (at > 0 && (lines[at - 1].starts_with("template <") || lines[at - 1].starts_with("requires "))) --at;
  return at > 0 && lines[at - 1].starts_with("///");
}

/// A plain struct that the contract shows to the world is documented by its fields and its route.
bool described(const std::vector<std::string_view>& lines, std::size_t at) {
  const auto line = lines[at];
  const auto name_start = line.find(' ') + 1;
  const auto name = line.substr(name_start, line.find_first_of(" :{", name_start) - name_start);
  for (const auto later : lines) {
    if (later.starts_with("BOOST_DESCRIBE_STRUCT(") && later.substr(22).starts_with(name)) return true;
  }
  return false;
}

std::size_t columns_of(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) columns += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return columns;
}

}  // namespace

std::vector<Complaint> check_header(const SourceFile& file) {
  if (!is_header(file.path)) return {};
  std::vector<Complaint> complaints;
  const auto lines = lines_of(file.text);
  std::size_t first = 0;
  while (first < lines.size() && lines[first].starts_with("//")) ++first;
  if (first == lines.size() || lines[first] != "#pragma once") {
    complaints.push_back({file.path, first + 1, "a header begins with #pragma once"});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (begins_type(lines[i]) && !documented(lines, i) && !described(lines, i)) {
      complaints.push_back({file.path, i + 1, "say above it with /// what this type is"});
    }
  }
  return complaints;
}

std::vector<Complaint> check_layout(const SourceFile& file) {
  std::vector<Complaint> complaints;
  const auto lines = lines_of(file.text);
  if (lines.size() > most_lines) {
    complaints.push_back({file.path, most_lines + 1, "a file has at most 400 lines: which idea is missing a file?"});
  }
  if (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
    complaints.push_back({file.path, lines.size(), "a file ends with exactly one end of line"});
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // What cannot be broken, like a key in a published vector, may be longer.
    const bool unbreakable = lines[i].find(' ') == std::string_view::npos;
    if (columns_of(lines[i]) > most_columns && !unbreakable)
      complaints.push_back({file.path, i + 1, "a line has at most 120 columns"});
    if (lines[i].find('\t') != std::string_view::npos) complaints.push_back({file.path, i + 1, "a tab: use blanks"});
    if (lines[i].ends_with(' ') || lines[i].ends_with('\r')) {
      complaints.push_back({file.path, i + 1, "blanks at the end of the line"});
    }
  }
  return complaints;
}

}  // namespace voyages::style
