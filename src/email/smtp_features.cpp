#include "email/smtp_features.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace voyages::email {

namespace {

// RFC 5321 §4.1.1.1: blanks stand between a keyword and its parameters. Some old servers write `AUTH=PLAIN`.
constexpr std::string_view separators = " \t=";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(separators), line.size()));
    if (line.empty()) return words;
    const auto end = std::min(line.find_first_of(separators), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

std::uint64_t to_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

void add_keyword(const std::vector<std::string>& words, SmtpFeatures& features) {
  const auto is = [&](std::string_view keyword) { return equal_ignoring_case(words.front(), keyword); };
  if (is("STARTTLS")) features.starttls = true;
  if (is("SMTPUTF8")) features.smtputf8 = true;
  if (is("8BITMIME")) features.eight_bit = true;
  if (is("SIZE")) {
    features.size = true;
    if (words.size() > 1) features.most_bytes = to_number(words[1]);
  }
  if (is("AUTH")) features.mechanisms.insert(features.mechanisms.end(), words.begin() + 1, words.end());
}

}  // namespace

bool SmtpFeatures::offers(std::string_view mechanism) const {
  return std::ranges::any_of(mechanisms,
                             [&](const std::string& offered) { return equal_ignoring_case(offered, mechanism); });
}

SmtpFeatures to_features(const SmtpReply& reply_to_ehlo) {
  SmtpFeatures features;
  // The first line is the server's name and greeting.
  for (std::size_t i = 1; i < reply_to_ehlo.lines.size(); ++i) {
    const auto words = words_of(reply_to_ehlo.lines[i]);
    if (!words.empty()) add_keyword(words, features);
  }
  return features;
}

}  // namespace voyages::email
