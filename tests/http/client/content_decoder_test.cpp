#include "http/client/content_decoder.h"

#include <gtest/gtest.h>

#include "http/client/response_reader.h"
#include "http/compression.h"

namespace voyages::http::client {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t decoder_limit = 1024;
constexpr auto zlib = "\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00\x3a\x2e\x06\x7d"sv;
constexpr auto bare_deflate = "\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00"sv;
constexpr auto brotli = "\x1b\x10\x00\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x01\x4f\x1c\x60\x1c"sv;
// A megabyte of the letter a.
constexpr auto brotli_bomb = "\x5b\xff\xff\x8f\x5f\x22\x2c\x1e\x0b\x04\x72\xef\x1f\x00"sv;

std::string decode(std::string_view coding, std::string_view bytes, std::size_t piece = 1 << 20,
                   std::size_t limit_bytes = decoder_limit) {
  const auto decoder = make_decoder(coding, limit_bytes);
  std::string plain;
  while (!bytes.empty()) {
    decoder->feed(bytes.substr(0, piece), [&](std::string_view more) { plain += more; });
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  decoder->finish();
  return plain;
}

TEST(ContentDecoder, UndoesEachCodingHoweverItIsCut) {
  const auto packed = gzip("hello hello hello");
  for (const std::size_t piece : {1UL, 3UL, 1000UL}) {
    EXPECT_EQ(decode("gzip", packed, piece), "hello hello hello");
    EXPECT_EQ(decode("X-GZIP", packed, piece), "hello hello hello");
    EXPECT_EQ(decode("deflate", zlib, piece), "hello hello hello");
    EXPECT_EQ(decode("deflate", bare_deflate, piece), "hello hello hello");
    EXPECT_EQ(decode("br", brotli, piece), "hello hello hello");
    EXPECT_EQ(decode("", "hello", piece), "hello");
    EXPECT_EQ(decode(" Identity ", "hello", piece), "hello");
    EXPECT_EQ(decode("gzip", gzip("hello ") + gzip("again"), piece), "hello again");
  }
}

TEST(ContentDecoder, TakesAnAnswerWithoutABody) {
  for (const auto* coding : {"gzip", "deflate", "br", ""}) EXPECT_EQ(decode(coding, ""), "");
}

TEST(ContentDecoder, GivesOutNoMoreThanTheLimit) {
  EXPECT_EQ(decode("br", brotli_bomb, 1000, 1 << 20).size(), 1U << 20);
  std::size_t out = 0;
  const auto count = [&](std::string_view more) { out += more.size(); };
  EXPECT_THROW(make_decoder("br", decoder_limit)->feed(brotli_bomb, count), BadResponse);
  EXPECT_THROW(make_decoder("gzip", decoder_limit)->feed(gzip(std::string(10 << 20, 'a')), count), BadResponse);
  EXPECT_THROW(make_decoder("", decoder_limit)->feed(std::string(decoder_limit + 1, 'a'), count), BadResponse);
  EXPECT_EQ(out, 0U);
}

TEST(ContentDecoder, RefusesWhatIsBrokenCutOrFollowed) {
  const auto packed = gzip("hello hello hello");
  for (const auto& [coding, bytes] :
       {std::pair("gzip"sv, std::string_view(packed)), std::pair("deflate"sv, zlib), std::pair("br"sv, brotli)}) {
    EXPECT_THROW(decode(coding, bytes.substr(0, bytes.size() - 1)), BadResponse) << coding;
    EXPECT_THROW(decode(coding, std::string(bytes) + "x"), BadResponse) << coding;
    EXPECT_THROW(decode(coding, "\xff\xff\xff\xff\xff\xff\xff"), BadResponse) << coding;
  }
}

TEST(ContentDecoder, RefusesCodingsThatWereNotAskedFor) {
  for (const auto* coding : {"zstd", "compress", "gzip, br", "gzip,gzip", "chunked"}) {
    EXPECT_THROW((void)make_decoder(coding, decoder_limit), BadResponse) << coding;
  }
}

}  // namespace
}  // namespace voyages::http::client
