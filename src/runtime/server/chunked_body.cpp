#include "runtime/server/chunked_body.h"

#include <algorithm>

#include "runtime/server/characters.h"

namespace voyages::runtime {

namespace {

constexpr std::size_t extension_limit_bytes = 256;  // of one chunk
constexpr std::size_t trailer_limit_bytes = 4096;
constexpr std::size_t size_limit_digits = 15;  // fits 64 bits with room to add

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::size_t ChunkedBody::feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && !rejection_ && step_ != Step::done) {
    if (step_ == Step::data) {
      const auto count = std::min<std::size_t>(chunk_bytes_, bytes.size() - used);
      body.append(bytes.substr(used, count));
      body_bytes_ += count;
      used += count;
      chunk_bytes_ -= count;
      if (chunk_bytes_ == 0) step_ = Step::data_return;
    } else {
      take(bytes[used++]);
    }
  }
  return used;
}

void ChunkedBody::take(char c) {
  switch (step_) {
    case Step::size:
      return take_size(c);
    case Step::extension:
      if (c == '\r') {
        step_ = Step::size_end;
      } else if (!is_field_character(c) || ++extension_bytes_ > extension_limit_bytes) {
        rejection_ = rejections::bad_request;
      }
      return;
    case Step::size_end:
      return expect(c, '\n', chunk_bytes_ == 0 ? Step::trailer : Step::data);
    case Step::data_return:
      return expect(c, '\r', Step::data_end);
    case Step::data_end:
      size_digits_ = extension_bytes_ = 0;
      return expect(c, '\n', Step::size);
    case Step::trailer:
      return take_trailer(c);
    case Step::trailer_end:
      expect(c, '\n', trailer_line_empty_ ? Step::done : Step::trailer);
      trailer_line_empty_ = true;
      return;
    case Step::data:
    case Step::done:
      return;
  }
}

void ChunkedBody::take_size(char c) {
  if (const auto digit = hex_value(c)) {
    chunk_bytes_ = chunk_bytes_ * 16 + *digit;
    if (++size_digits_ > size_limit_digits) {
      rejection_ = rejections::bad_request;
    } else if (body_bytes_ + chunk_bytes_ > limit_bytes_) {
      rejection_ = rejections::payload_too_large;
    }
  } else if (size_digits_ > 0 && (c == ';' || c == '\r')) {
    step_ = c == ';' ? Step::extension : Step::size_end;
  } else {
    rejection_ = rejections::bad_request;
  }
}

// RFC 9110 §6.5.1: a recipient may discard trailer fields, and merging them into the header is how smuggling starts.
void ChunkedBody::take_trailer(char c) {
  if (c == '\r') {
    step_ = Step::trailer_end;
  } else if (!is_field_character(c)) {
    rejection_ = rejections::bad_request;
  } else if (++trailer_bytes_ > trailer_limit_bytes) {
    rejection_ = rejections::headers_too_large;
  } else {
    trailer_line_empty_ = false;
  }
}

void ChunkedBody::expect(char c, char expected, Step next) {
  if (c == expected) {
    step_ = next;
  } else {
    rejection_ = rejections::bad_request;
  }
}

}  // namespace voyages::runtime
