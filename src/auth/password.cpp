#include "auth/password.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "crypto/guessable.h"

namespace voyages::auth {

namespace {

constexpr std::size_t min_characters = 8;
constexpr std::size_t max_characters = 256;
constexpr std::size_t max_bytes = 1024;

constexpr ErrorCode too_long{"too_long", "A password has at most 256 characters."};
constexpr ErrorCode too_short{"too_short", "A password has at least 8 characters. A few words make a good one."};
constexpr ErrorCode too_common{"too_common",
                               "This password is among the first that attackers try. Choose another one."};
constexpr ErrorCode too_simple{
    "too_simple",
    "This password is a run such as `abcd1234`, or repeats itself. Choose a few words that nobody expects."};
constexpr ErrorCode not_text{"not_text", "A password must be valid Unicode text."};

std::expected<Secret, ErrorCode> normalise(std::string_view text) {
  if (text.size() > max_bytes) return std::unexpected(too_long);
  if (!is_utf8(text)) return std::unexpected(not_text);
  return Secret(to_nfc(text));
}

bool is_part_of_word(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// What stands between spaces and signs.
void add_words(std::vector<std::string>& words, std::string_view text) {
  while (!text.empty()) {
    const auto length = static_cast<std::size_t>(std::ranges::find_if_not(text, is_part_of_word) - text.begin());
    if (length > 0) words.emplace_back(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

// `.example` is nobody's name.
std::string_view without_last_label(std::string_view host) {
  return host.substr(0, std::min(host.rfind('.'), host.size()));
}

std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of(":/"));
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
  if (crypto::is_run_or_repeat(normalised->expose())) return std::unexpected(too_simple);
  return NewPassword(std::move(*normalised));
}

void NewPassword::describe(boost::json::object& schema) {
  schema["format"] = "password";
  schema["minLength"] = min_characters;
  schema["maxLength"] = max_characters;
  schema["example"] = "correct horse battery staple";
}

std::optional<ErrorCode> personal_fault(const NewPassword& password, std::string_view email, std::string_view name,
                                        const AuthOptions& options) {
  const auto chosen = password.secret().expose();
  if (equal_ignoring_case(chosen, email) || equal_ignoring_case(chosen, email.substr(0, email.find('@'))))
    return password_is_email;
  std::vector<std::string> words;
  add_words(words, email.substr(0, email.find('@')));
  add_words(words, without_last_label(email.substr(std::min(email.find('@'), email.size()))));
  add_words(words, name);
  add_words(words, options.product_name);
  add_words(words, without_last_label(host_of(options.public_url)));
  // The longest first: `annabel` must not leave a `bel` behind for `anna`.
  std::ranges::stable_sort(words, std::ranges::greater(), &std::string::size);
  if (crypto::is_made_of(chosen, words, min_characters)) return password_is_name;
  return std::nullopt;
}

}  // namespace voyages::auth
