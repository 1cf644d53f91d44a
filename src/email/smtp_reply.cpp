#include "email/smtp_reply.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"

namespace voyages::email {

namespace {

using Verdict = Answer::Verdict;

// RFC 3463 §2: the `5.1.1` that a reply's text begins with, when the server has such codes.
std::string_view enhanced_code(std::string_view text) {
  const auto rest = trim(text);
  const auto word = rest.substr(0, rest.find_first_of(" \t"));
  const bool numbers = word.find_first_not_of("0123456789.") == std::string_view::npos;
  return numbers && std::ranges::count(word, '.') == 2 ? word : std::string_view();
}

// RFC 4954 §6: it is our user name, our password, or that we have none.
bool is_about_credentials(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

// RFC 3463 §3.2 and RFC 7505 §4: no such mailbox, host or spelling; the mailbox has moved; the host takes no mail.
bool is_unknown_mailbox(std::string_view enhanced) {
  constexpr std::array<std::string_view, 5> codes{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"};
  return std::ranges::find(codes, enhanced) != codes.end();
}

// A 550 without an enhanced code is the usual answer for a mailbox that is not there (RFC 5321 §4.2.3), but some
// servers refuse by it to pass on our mail to anybody: that is our set-up's fault, and no address must pay for it.
bool says_unknown_mailbox(int code, std::string_view line) {
  const bool about_relaying = to_lower_ascii(line).find("relay") != std::string::npos;
  return (code == 550 || code == 551 || code == 553) && !about_relaying;
}

}  // namespace

std::string_view name_of(SmtpStage stage) {
  constexpr std::array<std::string_view, 7> names{"greeting",  "EHLO",    "STARTTLS", "AUTH",
                                                  "MAIL FROM", "RCPT TO", "DATA"};
  return names.at(static_cast<std::size_t>(stage));
}

std::string to_line(const SmtpReply& reply, std::string_view separator) {
  const auto first = std::ranges::find_if(reply.lines, [](const auto& line) { return !enhanced_code(line).empty(); });
  const auto enhanced = first == reply.lines.end() ? std::string_view() : enhanced_code(*first);
  std::string whole = std::to_string(reply.code);
  const auto add = [&](std::string_view words) {
    if (!words.empty()) whole.append(separator).append(words);
  };
  add(enhanced);
  for (const auto& line : reply.lines) {
    const auto text = trim(line);
    // RFC 2034 §4: each line has the same code.
    const bool repeats = !enhanced.empty() && enhanced_code(text) == enhanced;
    add(repeats ? trim(text.substr(enhanced.size())) : text);
  }
  return whole;
}

int reply_code(std::string_view line) {
  if (line.size() < 3) return 0;
  int code = 0;
  for (const char c : line.substr(0, 3)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return code;
}

Verdict verdict_of(SmtpStage stage, std::string_view line) {
  const int code = reply_code(line);
  // A server that refuses to talk to us, or to believe us, will do so for each mail: ours to mend, and no mail's fault.
  if (code < 500 || code > 599 || stage < SmtpStage::sender || is_about_credentials(code)) return Verdict::deferred;
  const auto enhanced = enhanced_code(line.substr(std::min<std::size_t>(4, line.size())));
  if (stage == SmtpStage::sender) return Verdict::rejected;
  if (is_unknown_mailbox(enhanced)) return Verdict::unknown_recipient;
  const bool plain = stage == SmtpStage::recipient && enhanced.empty();
  return plain && says_unknown_mailbox(code, line) ? Verdict::unknown_recipient : Verdict::rejected;
}

std::string to_answer_text(std::string_view text) {
  constexpr std::size_t most_bytes = 500;
  return to_one_line(text, most_bytes);
}

}  // namespace voyages::email
