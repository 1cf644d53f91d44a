#include <algorithm>
#include <array>

#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace voyages::style {

namespace {

// In pieces, so that this file does not complain about itself.
const std::array<std::string, 5> tell_tales{
    std::string("AKI") + "A",              // an AWS access key
    std::string("PRIVATE KEY") + "-----",  // PEM
    std::string("gh") + "p_",              // a GitHub token
    std::string("xox") + "b-",             // a Slack token
    std::string("AGE-SECRET-") + "KEY-1",  // an age identity
};
const std::array<std::string, 3> private_places{std::string("/wor") + "k/", std::string("/home") + "/",
                                                std::string("/Use") + "rs/"};

/// Whether an absolute path into this place is in the line; `frontend/home/` is none.
bool leads_to(std::string_view line, std::string_view place) {
  for (auto at = line.find(place); at != std::string_view::npos; at = line.find(place, at + 1)) {
    if (at == 0 || !is_name_character(line[at - 1])) return true;
  }
  return false;
}

// Published vectors are full of keys that protect nothing.
bool is_vector(std::string_view path) { return path.starts_with("tests/") || path.starts_with("docs/"); }

bool is_base64(char c) { return is_name_character(c) || c == '-' || c == '+' || c == '/' || c == '='; }

/// The longest run that could be encoded bytes: letters of both cases and digits, as a word or a path has not.
std::size_t longest_encoded(std::string_view line) {
  std::size_t longest = 0;
  for (auto start = line.begin(); start != line.end();) {
    start = std::find_if(start, line.end(), is_base64);
    const auto end = std::find_if_not(start, line.end(), is_base64);
    const bool small = std::any_of(start, end, [](char c) { return c >= 'a' && c <= 'z'; });
    const bool capital = std::any_of(start, end, [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool digit = std::any_of(start, end, [](char c) { return c >= '0' && c <= '9'; });
    // The alphabet itself is a constant of every encoder.
    const bool alphabet = std::string_view(start, end).find("ABCDEFGHIJ") != std::string_view::npos;
    if (small && capital && digit && !alphabet) longest = std::max(longest, static_cast<std::size_t>(end - start));
    start = end;
  }
  return longest;
}

}  // namespace

std::vector<Complaint> check_secrets(const SourceFile& file) {
  std::vector<Complaint> complaints;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const auto& place : private_places) {
      if (leads_to(lines[i], place)) {
        complaints.push_back({file.path, i + 1, "a path of somebody's machine"});
      }
    }
    if (is_vector(file.path)) continue;
    for (const auto& tell_tale : tell_tales) {
      if (lines[i].find(tell_tale) != std::string_view::npos) {
        complaints.push_back({file.path, i + 1, "this looks like a secret: keep it out of the source"});
      }
    }
    constexpr std::size_t suspicious = 60;
    if (file.path.starts_with("src/") && longest_encoded(lines[i]) >= suspicious) {
      complaints.push_back({file.path, i + 1, "this looks like a secret: keep it out of the source"});
    }
  }
  return complaints;
}

}  // namespace voyages::style
