#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "email/message.h"

namespace voyages::email {

/// One header field, folded before a word that would pass column 78 (RFC 5322 §2.2.3).
class HeaderField {
 public:
  explicit HeaderField(std::string_view name) : text_(std::string(name) + ':') {}

  /// Appends a space and the word, which holds neither a space that it could be folded at nor a control character.
  HeaderField& add(std::string_view word);
  /// Appends UTF-8 of one line as encoded words (RFC 2047).
  HeaderField& add_encoded(std::string_view line);

  /// The field with its CRLF.
  [[nodiscard]] std::string finish() const { return text_ + "\r\n"; }

 private:
  [[nodiscard]] std::size_t column() const { return text_.size() - line_start_; }

  std::string text_;
  std::size_t line_start_ = 0;
};

/// Text for people, such as a subject. Any bytes.
std::string text_field(std::string_view name, std::string_view text);
/// `Ada Lovelace <ada@example.com>`. Any bytes.
std::string mailbox_field(std::string_view name, const Mailbox& mailbox);
/// A date and time (RFC 5322 §3.3), in UTC.
std::string date_field(std::string_view name, Time time);
/// `<…>` around a message id or a URL: what neither may hold is percent-encoded.
std::string bracketed_field(std::string_view name, std::string_view text);
/// What an attachment is called: `Content-Disposition: attachment`, with the name by RFC 2231. Any bytes.
std::string attachment_field(std::string_view filename);

/// The address as mail servers want it: the domain in ASCII (IDNA 2008), the local part as it is; `root@localhost` is
/// left alone. Nothing for what is no address.
std::optional<std::string> find_wire_address(std::string_view address);
/// The same for a header: what is no address becomes one of nobody (RFC 2606 §2), and not one made of its parts.
std::string to_wire_address(std::string_view address);

}  // namespace voyages::email
