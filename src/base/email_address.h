#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"

namespace voyages {

inline constexpr ErrorCode invalid_email{"invalid_email", "This is not an e-mail address like ada@example.com."};

/// An e-mail address (RFC 5321 §4.1.2 dot-string form, RFC 6531 for other scripts), at most 254 bytes. No quoted local
/// part, no address literal; nothing in the local part that hides or that makes one address look like another; a
/// domain of at least two labels that IDNA 2008 allows.
class Email {
 public:
  static std::expected<Email, ErrorCode> parse(std::string_view text);

  /// One spelling per mailbox, the only one that is kept, mailed and told to others: lower case, NFC, the domain in its
  /// ASCII form. Two people never share it.
  [[nodiscard]] const std::string& text() const { return text_; }

  bool operator==(const Email& other) const = default;

 private:
  explicit Email(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace voyages
