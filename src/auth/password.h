#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string_view>

#include "auth/options.h"
#include "base/result.h"
#include "base/secret.h"

namespace voyages::auth {

/// A password that somebody presents: at most 1,024 bytes, in NFC, so that the same characters typed on another
/// keyboard match. Nothing is said here about how good it is.
class Password {
 public:
  static std::expected<Password, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  /// There is no way back to JSON: a type with `text()` would be printable.
  [[nodiscard]] const Secret& secret() const { return secret_; }

 private:
  explicit Password(Secret secret) : secret_(std::move(secret)) {}
  Secret secret_;
};

/// A password that somebody chooses, by NIST SP 800-63B-4 §3.1.1.2: 8 to 256 characters of any kind, no composition
/// rules, not one that everybody uses, no run and no repetition.
class NewPassword {
 public:
  static std::expected<NewPassword, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const Secret& secret() const { return secret_; }

 private:
  explicit NewPassword(Secret secret) : secret_(std::move(secret)) {}
  Secret secret_;
};

inline constexpr ErrorCode password_is_email{"password_is_email", "Choose a password that is not your e-mail address."};
inline constexpr ErrorCode password_is_name{
    "password_is_name", "Choose a password that is not made of your name, your address or the name of this site."};

/// What is wrong with the password for this person at this site: that it is the address, or the part of it before the
/// `@`; or that it has fewer than eight characters without the words of the address, the name and the site.
std::optional<ErrorCode> personal_fault(const NewPassword& password, std::string_view email, std::string_view name,
                                        const AuthOptions& options);

}  // namespace voyages::auth
