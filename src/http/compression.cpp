#include "http/compression.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "http/field_list.h"

namespace voyages::http {

namespace {

constexpr int gzip_window_bits = 15 + 16;  // zlib's way to say: with a gzip header

/// Gives zlib's memory back, also when ours is short.
using Ended = std::unique_ptr<z_stream, int (*)(z_stream*)>;

// RFC 9110 §12.4.2: a weight of 0 means «not acceptable», in any of its spellings: `0`, `0.0`, `0.000`.
bool is_refused(std::string_view weight) {
  if (!to_lower_ascii(weight).starts_with("q=0")) return false;
  return weight.find_first_not_of(".0", 3) == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto [coding, parameters] = take_preference(accept_encoding);
    const bool refused = is_refused(parameters);
    if (equal_ignoring_case(coding, "gzip")) return !refused;
    if (coding == "*") any = !refused;
  }
  return any;
}

std::string gzip(std::string_view bytes) {
  constexpr int level = 5;
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  const Ended ended(&stream, deflateEnd);
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int status = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  if (status != Z_STREAM_END) throw std::runtime_error("zlib could not compress an answer");
  return compressed;
}

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) throw std::bad_alloc();
  const Ended ended(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string plain;
  int status = Z_OK;
  while (status == Z_OK) {
    plain.resize(plain.size() + std::max<std::size_t>(compressed.size() * 4, 1024));
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + stream.total_out);
    stream.avail_out = static_cast<uInt>(plain.size() - stream.total_out);
    status = inflate(&stream, Z_NO_FLUSH);
  }
  plain.resize(stream.total_out);
  if (status != Z_STREAM_END) throw std::runtime_error("an embedded file is damaged");
  return plain;
}

}  // namespace voyages::http
