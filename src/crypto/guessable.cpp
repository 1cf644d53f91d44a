#include "crypto/guessable.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/secret.h"

namespace voyages::crypto {

namespace {

constexpr std::size_t shortest_piece = 8;  // the length of the shortest password
constexpr std::size_t shortest_run = 3;
constexpr std::size_t shortest_word = 3;

constexpr std::array<std::string_view, 8> rows{"1234567890", "qwertyuiop", "asdfghjkl",  "zxcvbnm",
                                               "qwertzuiop", "yxcvbnm",    "azertyuiop", "qsdfghjklm"};

bool follow_in_row(std::string_view row, char a, char b) {
  const auto at = row.find(a);
  return at != std::string_view::npos && at + 1 < row.size() && row[at + 1] == b;
}

// By how a character leads to the next: what a run goes on by.
enum class Step { none, same, up, down, right, left };

bool is_step(Step step, char a, char b) {
  const auto is_next = [](char low, char high) { return low + 1 == high || (low == '9' && high == '0'); };
  switch (step) {
    case Step::same:
      return a == b;
    case Step::up:
      return is_next(a, b);
    case Step::down:
      return is_next(b, a);
    case Step::right:
      return std::ranges::any_of(rows, [&](std::string_view row) { return follow_in_row(row, a, b); });
    case Step::left:
      return std::ranges::any_of(rows, [&](std::string_view row) { return follow_in_row(row, b, a); });
    case Step::none:
      break;
  }
  return false;
}

std::size_t longest_run(std::string_view text) {
  std::size_t longest = 1;
  for (const auto step : {Step::same, Step::up, Step::down, Step::right, Step::left}) {
    std::size_t length = 1;
    while (length < text.size() && is_step(step, text[length - 1], text[length])) ++length;
    longest = std::max(longest, length);
  }
  return longest;
}

bool is_all_runs(std::string_view text) {
  while (!text.empty()) {
    const auto length = longest_run(text);
    if (length < shortest_run) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool repeats_a_piece(std::string_view text) {
  for (std::size_t period = 1; period * 2 <= text.size(); ++period) {
    if (count_code_points(text.substr(0, period)) >= shortest_piece) return false;
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

}  // namespace

bool is_run_or_repeat(std::string_view password) {
  const Secret lower(to_lower_ascii(password));
  return repeats_a_piece(lower.expose()) || is_all_runs(lower.expose());
}

bool is_made_of(std::string_view password, std::span<const std::string> words, std::size_t least) {
  Secret rest(to_lower(password));
  bool found = false;
  for (const auto& word : words) {
    const auto lower = to_lower(word);
    if (count_code_points(lower) < shortest_word) continue;
    for (auto at = rest.expose().find(lower); at != std::string_view::npos; at = rest.expose().find(lower)) {
      found = true;
      Secret before(rest.expose().substr(0, at));
      rest = Secret(std::string(before.expose()).append(rest.expose().substr(at + lower.size())));
    }
  }
  return found && count_code_points(rest.expose()) < least;
}

}  // namespace voyages::crypto
