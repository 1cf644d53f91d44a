#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::email {

/// A server's answer to a command (RFC 5321 §4.2).
struct SmtpReply {
  int code = 0;
  std::vector<std::string> lines{};  // without the code; at least one, any bytes but line ends
};

/// What came is not SMTP, or more than a server has to say. The text is for the log and repeats nothing that came.
class BadSmtpReply : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads one reply after the other off a stream of bytes, however that is cut into pieces.
class SmtpReplyReader {
 public:
  /// Throws `BadSmtpReply`. Not to be called once a reply is done and not taken.
  void feed(std::string_view bytes);
  [[nodiscard]] bool done() const { return done_; }
  /// Once it is done.
  [[nodiscard]] SmtpReply take();
  /// Whether bytes came that belong to no reply that was taken.
  [[nodiscard]] bool has_more() const { return !rest_.empty(); }

 private:
  void take_line(std::string_view line);

  std::string rest_;
  SmtpReply reply_;
  bool done_ = false;
};

}  // namespace voyages::email
