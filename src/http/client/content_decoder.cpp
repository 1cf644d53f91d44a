#include "http/client/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <cstdint>
#include <new>
#include <string>

#include "base/encoding.h"
#include "base/text.h"
#include "http/client/response_reader.h"

namespace voyages::http::client {

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// Counts what comes out.
class Allowance {
 public:
  explicit Allowance(std::size_t limit_bytes) : left_(limit_bytes) {}

  void spend(std::size_t bytes) {
    if (bytes > left_) throw BadResponse("the answer is larger than what is taken");
    left_ -= bytes;
  }

 private:
  std::size_t left_;
};

class Identity final : public ContentDecoder {
 public:
  explicit Identity(std::size_t limit_bytes) : allowance_(limit_bytes) {}

  void feed(std::string_view bytes, const Sink& sink) override {
    allowance_.spend(bytes.size());
    if (!bytes.empty()) sink(bytes);
  }
  void finish() override {}

 private:
  Allowance allowance_;
};

/// gzip (RFC 1952), and deflate in both of its forms: in a zlib frame as RFC 9110 §8.4.1.2 has it, and bare, as some
/// servers send it and browsers take it.
class Inflater final : public ContentDecoder {
 public:
  Inflater(bool is_gzip, std::size_t limit_bytes)
      : is_gzip_(is_gzip), allowance_(limit_bytes), piece_(piece_bytes, '\0') {}
  ~Inflater() override {
    if (started_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void feed(std::string_view bytes, const Sink& sink) override {
    if (bytes.empty()) return;
    if (!started_) start(static_cast<unsigned char>(bytes.front()));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      // RFC 1952 §2.2: several members in a row are one file.
      if (ended_ && (!is_gzip_ || inflateReset(&stream_) != Z_OK)) throw BadResponse("bytes follow the packed answer");
      ended_ = false;
      inflate_piece(sink);
    }
  }

  void finish() override {
    if (started_ && !ended_) throw BadResponse("the packed answer is cut short");
  }

 private:
  void start(unsigned char first) {
    // RFC 1950 §2.2: 8 in the low half of the first byte says deflate. A bare block cannot begin so.
    const bool framed = is_gzip_ || (first & 0x0fU) == 8;
    const int window_bits = is_gzip_ ? 15 + 16 : framed ? 15 : -15;
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
    started_ = true;
  }

  // Until zlib wants more input.
  void inflate_piece(const Sink& sink) {
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        throw BadResponse("the packed answer is broken");
      const auto got = piece_.size() - stream_.avail_out;
      allowance_.spend(got);
      if (got > 0) sink(std::string_view(piece_).substr(0, got));
      ended_ = status == Z_STREAM_END;
    } while (!ended_ && stream_.avail_out == 0);
  }

  bool is_gzip_;
  Allowance allowance_;
  std::string piece_;
  z_stream stream_{};
  bool started_ = false;
  bool ended_ = false;
};

/// RFC 7932.
class BrotliDecoder final : public ContentDecoder {
 public:
  explicit BrotliDecoder(std::size_t limit_bytes)
      : allowance_(limit_bytes),
        piece_(piece_bytes, '\0'),
        state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) throw std::bad_alloc();
  }

  void feed(std::string_view bytes, const Sink& sink) override {
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    fed_ = fed_ || left > 0;
    while (true) {
      if (ended_ && left > 0) throw BadResponse("bytes follow the packed answer");
      if (ended_) return;
      auto* next_out = reinterpret_cast<std::uint8_t*>(piece_.data());
      std::size_t room = piece_.size();
      const auto status = BrotliDecoderDecompressStream(state_.get(), &left, &next_in, &room, &next_out, nullptr);
      if (status == BROTLI_DECODER_RESULT_ERROR) throw BadResponse("the packed answer is broken");
      const auto got = piece_.size() - room;
      allowance_.spend(got);
      if (got > 0) sink(std::string_view(piece_).substr(0, got));
      ended_ = status == BROTLI_DECODER_RESULT_SUCCESS;
      if (status == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return;
    }
  }

  void finish() override {
    if (fed_ && !ended_) throw BadResponse("the packed answer is cut short");
  }

 private:
  struct Destroy {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };

  Allowance allowance_;
  std::string piece_;
  std::unique_ptr<BrotliDecoderState, Destroy> state_;
  bool fed_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> make_decoder(std::string_view content_encoding, std::size_t limit_bytes) {
  const auto coding = to_lower_ascii(trim(content_encoding));
  if (coding.empty() || coding == "identity") return std::make_unique<Identity>(limit_bytes);
  // RFC 9110 §8.4.1.3: `x-gzip` is another name for it.
  if (coding == "gzip" || coding == "x-gzip") return std::make_unique<Inflater>(true, limit_bytes);
  if (coding == "deflate") return std::make_unique<Inflater>(false, limit_bytes);
  if (coding == "br") return std::make_unique<BrotliDecoder>(limit_bytes);
  throw BadResponse("the answer is packed in a way that was not asked for");
}

}  // namespace voyages::http::client
