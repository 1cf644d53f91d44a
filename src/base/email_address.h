#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/result.h"

namespace voyages {

inline constexpr ErrorCode invalid_email{"invalid_email", "This is not an e-mail address like ada@example.com."};

/// An e-mail address (RFC 5321 §4.1.2 dot-string form, RFC 6531 for other scripts; no quoted local parts, no address
/// literals), at most 254 bytes.
class Email {
 public:
  static std::expected<Email, ErrorCode> parse(std::string_view text);

  /// As it was typed, without surrounding space.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// One spelling per mailbox: lower case, NFC, the domain in its ASCII form (IDNA 2008). Two people never share it.
  [[nodiscard]] const std::string& normalised() const { return normalised_; }

  bool operator==(const Email& other) const { return normalised_ == other.normalised_; }

 private:
  Email(std::string text, std::string normalised) : text_(std::move(text)), normalised_(std::move(normalised)) {}

  std::string text_;
  std::string normalised_;
};

}  // namespace voyages
