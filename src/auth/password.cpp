#include "auth/password.h"

#include "base/encoding.h"
#include "crypto/passwords.h"

namespace voyages::auth {

namespace {

constexpr std::size_t min_characters = 8;
constexpr std::size_t max_characters = 256;
constexpr std::size_t max_bytes = 1024;

constexpr ErrorCode too_long{"too_long", "A password has at most 256 characters."};
constexpr ErrorCode too_short{"too_short", "A password has at least 8 characters. A few words make a good one."};
constexpr ErrorCode too_common{"too_common",
                               "This password is among the first that attackers try. Choose another one."};
constexpr ErrorCode not_text{"not_text", "A password must be valid Unicode text."};

std::expected<Secret, ErrorCode> normalise(std::string_view text) {
  if (text.size() > max_bytes) return std::unexpected(too_long);
  if (!is_utf8(text)) return std::unexpected(not_text);
  return Secret(to_nfc(text));
}

}  // namespace

std::expected<Password, ErrorCode> Password::parse(std::string_view text) {
  auto normalised = normalise(text);
  if (!normalised) return std::unexpected(normalised.error());
  return Password(std::move(*normalised));
}

void Password::describe(boost::json::object& schema) {
  schema["format"] = "password";
  schema["maxLength"] = max_bytes;
  schema["example"] = "correct horse battery staple";
}

std::expected<NewPassword, ErrorCode> NewPassword::parse(std::string_view text) {
  auto normalised = normalise(text);
  if (!normalised) return std::unexpected(normalised.error());
  const auto characters = count_code_points(normalised->expose());
  if (characters < min_characters) return std::unexpected(too_short);
  if (characters > max_characters) return std::unexpected(too_long);
  if (crypto::is_common_password(normalised->expose())) return std::unexpected(too_common);
  return NewPassword(std::move(*normalised));
}

void NewPassword::describe(boost::json::object& schema) {
  schema["format"] = "password";
  schema["minLength"] = min_characters;
  schema["maxLength"] = max_characters;
  schema["example"] = "correct horse battery staple";
}

bool repeats_email(const NewPassword& password, std::string_view email) {
  const auto chosen = password.secret().expose();
  return equal_ignoring_case(chosen, email) || equal_ignoring_case(chosen, email.substr(0, email.find('@')));
}

}  // namespace voyages::auth
