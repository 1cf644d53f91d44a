#include <algorithm>
#include <initializer_list>

#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace voyages::style {

namespace {

/// A piece of code that has a better replacement here. It counts where no name goes on before or after it.
struct Banned {
  std::string_view code;
  std::string_view instead;
  std::vector<std::string_view> except_in{};  // beginnings of paths, or their ends
};

const std::initializer_list<Banned> banned_words{
    {"std::cout", "write to the Logger, or by write_out in the command line", {"bench/"}},
    {"std::cerr", "write to the Logger, or by write_out in the command line", {"bench/"}},
    {"printf(", "format with fmt", {}},
    {"fmt::print(", "write to the Logger, or by write_out in the command line", {"tests/", "bench/"}},
    {"system(", "no shell: nothing that a person typed may reach one", {"tests/"}},
    {"popen(", "no shell: nothing that a person typed may reach one", {"tests/"}},
    {"strcpy(", "use std::string", {}},
    {"strcat(", "use std::string", {}},
    {"sprintf(", "format with fmt", {}},
    {"atoi(", "use std::from_chars, which tells what is not a number", {}},
    {"rand(", "use crypto::random_bytes", {}},
    {"std::mt19937", "use crypto::random_bytes; a test may repeat itself", {"tests/", "bench/"}},
    {"gmtime(", "use base/clock", {}},
    {"localtime(", "use base/clock: times are UTC here", {}},
    {"gmtime_r(", "use base/clock", {}},
    {"localtime_r(", "use base/clock: times are UTC here", {}},
    {"system_clock::now(", "ask the Clock, which a test can set", {"src/base/clock.cpp", "tests/", "bench/"}},
    {"std::regex", "check by hand: its time and its stack grow with the input", {}},
    {"memcmp(", "compare secrets with equal_in_constant_time, the rest with ==", {"src/base/secret.h"}},
    {"std::endl", "write '\\n'", {}},
    {"delete", "let std::unique_ptr own it", {}},
    {"new", "use std::make_unique", {}},
    {"std::thread(", "use std::jthread, which joins", {"tests/"}},
    {"detach(", "join what you start", {}},
    {"goto", "use a function", {}},
};

// `= delete` forbids a function, `operator delete` names one.
bool is_declaration(std::string_view before, std::string_view code) {
  if (code != "delete" && code != "new") return false;
  while (before.ends_with(' ')) before.remove_suffix(1);
  return before.ends_with('=') ? code == "delete" : before.ends_with("operator");
}

bool uses(std::string_view line, std::string_view code) {
  for (auto at = line.find(code); at != std::string_view::npos; at = line.find(code, at + 1)) {
    const auto before = line.substr(0, at);
    const auto after = line.substr(at + code.size());
    const bool starts = before.empty() || (!is_name_character(before.back()) && before.back() != '.' &&
                                           (!before.ends_with("->") || code == "detach("));
    const bool member_call = code == "detach(" && (before.ends_with('.') || before.ends_with("->"));
    const bool ends = code.back() == '(' || after.empty() || !is_name_character(after.front());
    if ((starts || member_call) && ends && !is_declaration(before, code)) return true;
  }
  return false;
}

// A namespace of literals such as std::chrono_literals brings no names but suffixes.
bool opens_namespace(std::string_view line) {
  return line.find("using namespace ") != std::string_view::npos && line.find("literals") == std::string_view::npos;
}

}  // namespace

std::vector<Complaint> check_banned_words(const SourceFile& file) {
  std::vector<Complaint> complaints;
  const auto complain = [&](std::size_t line, std::string_view what, std::string_view instead) {
    complaints.push_back({file.path, line, std::string(what) + ": " + std::string(instead)});
  };

  const auto code = without_comments_and_literals(file.text);
  const auto code_lines = lines_of(code);
  for (std::size_t i = 0; i < code_lines.size(); ++i) {
    // A benchmark is a program of its own: nobody includes it.
    if (!file.path.starts_with("bench/") && opens_namespace(code_lines[i]))
      complain(i + 1, "using namespace", "name what you use");
    if (code_lines[i].starts_with("#include")) continue;
    for (const auto& word : banned_words) {
      const std::string_view path = file.path;
      const bool excepted = std::ranges::any_of(word.except_in, [&](std::string_view place) {
        return place.starts_with('/') ? path.ends_with(place) : path.starts_with(place);
      });
      if (!excepted && uses(code_lines[i], word.code)) complain(i + 1, word.code, word.instead);
    }
  }

  // In pieces, so that this file does not complain about itself.
  const auto text_lines = lines_of(file.text);
  for (std::size_t i = 0; i < text_lines.size(); ++i) {
    for (const auto& mark : {std::string("TO") + "DO", std::string("FIX") + "ME"}) {
      if (text_lines[i].find(mark) != std::string_view::npos) complain(i + 1, mark, "do it, or open an issue");
    }
  }
  return complaints;
}

}  // namespace voyages::style
