#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voyages {

/// A kind of failure that a caller can cause, declared once as a constant beside the use case that answers it. `code`
/// is stable (clients switch on it); `message` says in one sentence what is wrong and what to do. It knows no HTTP
/// status: the route's declaration maps it.
struct ErrorCode {
  std::string_view code;
  std::string_view message;
};

/// One bad field of an input. `field` is its path: `email`, `items[2].name`.
struct FieldError {
  std::string field;
  std::string code;
  std::string message;

  bool operator==(const FieldError&) const = default;
};

/// A failure that the caller caused. Everything in it may be shown to the caller.
struct Error {
  // Implicit, so that `return fail(email_taken);` reads as it should.
  Error(const ErrorCode& kind) : code(kind.code), message(kind.message) {}
  Error(const ErrorCode& kind, std::string text) : code(kind.code), message(std::move(text)) {}

  std::string_view code;  // always a literal of an ErrorCode
  std::string message;
  std::vector<FieldError> fields{};
  std::optional<std::chrono::seconds> retry_after{};
};

/// A value, or what the caller did wrong. Broken infrastructure (disk, network, bug) is an exception instead.
template <class T>
using Result = std::expected<T, Error>;

/// Makes the failing side of a `Result`: `return fail(email_taken);` or, passing one on, `return fail(user.error());`.
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

inline constexpr ErrorCode invalid_input{"invalid_input", "Some fields are not valid. See `errors`."};

/// `invalid_input` for a single field.
inline Error field_error(std::string field, const ErrorCode& fault) {
  Error error(invalid_input);
  error.fields.push_back({std::move(field), std::string(fault.code), std::string(fault.message)});
  return error;
}

}  // namespace voyages
