#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "runtime/server/options.h"
#include "runtime/server/rejection.h"

namespace voyages::runtime {

/// Finds the end of a request's head and refuses, before anything interprets it, what parsers are known to read in
/// different ways: bare LF or CR, folded fields, control characters. Every byte is looked at once and in order, so the
/// outcome does not depend on how the head was cut into packets.
class HeadScanner {
 public:
  explicit HeadScanner(const RequestLimits& limits) : limits_(&limits) {}

  /// `bytes` holds the head from its first byte, and at least what the last call was given.
  void scan(std::string_view bytes);
  /// Length of the head with its empty line; 0 until it is complete.
  [[nodiscard]] std::size_t head_bytes() const { return head_bytes_; }
  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

 private:
  void skip_plain(std::string_view bytes);
  [[nodiscard]] std::size_t place_limit() const;
  std::optional<Rejection> take(std::string_view bytes);
  [[nodiscard]] std::optional<Rejection> check_character(std::string_view bytes) const;
  std::optional<Rejection> end_line(std::string_view line);

  const RequestLimits* limits_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  std::size_t head_bytes_ = 0;
  std::optional<Rejection> rejection_;
};

}  // namespace voyages::runtime
