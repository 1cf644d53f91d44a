#include "email/smtp_reply_reader.h"

#include <algorithm>
#include <utility>

#include "email/smtp_reply.h"

namespace voyages::email {

namespace {

// RFC 5321 §4.5.3.1.5 has 512, but servers have more to say about themselves.
constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_lines = 128;

// RFC 5321 §4.2: a blank or, where more lines follow, a hyphen stands behind the code; some servers end there.
bool is_reply_line(std::string_view line) {
  const int code = reply_code(line);
  return code >= 200 && code <= 599 && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

}  // namespace

void SmtpReplyReader::feed(std::string_view bytes) {
  rest_ += bytes;
  std::size_t begin = 0;
  while (!done_) {
    const auto end = rest_.find('\n', begin);
    const auto length = (end == std::string::npos ? rest_.size() : end) - begin;
    if (length > longest_line) throw BadSmtpReply("the server's answer has a line without end");
    if (end == std::string::npos) break;
    take_line(std::string_view(rest_).substr(begin, length));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

void SmtpReplyReader::take_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!is_reply_line(line)) throw BadSmtpReply("the server's answer is not SMTP");
  if (reply_.lines.size() == most_lines) throw BadSmtpReply("the server's answer has lines without end");
  reply_.code = reply_code(line);
  reply_.lines.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
  done_ = line.size() == 3 || line[3] == ' ';
}

SmtpReply SmtpReplyReader::take() {
  done_ = false;
  return std::exchange(reply_, {});
}

}  // namespace voyages::email
