#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/server/rejection.h"

namespace voyages::runtime {

/// Decodes a body in the chunked coding (RFC 9112 §7.1), byte by byte, so that how it was cut into packets changes
/// nothing. Stricter than the grammar: no white space beside the size, extensions and trailers bounded and dropped.
class ChunkedBody {
 public:
  explicit ChunkedBody(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  /// Takes what belongs to the body off `bytes`, appends the data to `body`, and says how many bytes it took.
  std::size_t feed(std::string_view bytes, std::string& body);
  [[nodiscard]] bool done() const { return step_ == Step::done; }
  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

 private:
  enum class Step { size, extension, size_end, data, data_return, data_end, trailer, trailer_end, done };

  void take(char c);
  void take_size(char c);
  void take_trailer(char c);
  void expect(char c, char expected, Step next);

  std::uint64_t limit_bytes_;
  std::uint64_t body_bytes_ = 0;  // so far
  Step step_ = Step::size;
  std::uint64_t chunk_bytes_ = 0;
  std::size_t size_digits_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool trailer_line_empty_ = true;
  std::optional<Rejection> rejection_;
};

}  // namespace voyages::runtime
