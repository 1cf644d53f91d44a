#include "http/compression.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace voyages::tests {
namespace {

TEST(Compression, IsWelcomeOnlyToWhoSaysSo) {
  for (const auto* field : {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.001", "gzip; q=1",
                            "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "*;q=0.5", " gzip ", "*;q=0, gzip"}) {
    EXPECT_TRUE(http::accepts_gzip(field)) << field;
  }
  for (const auto* field : {"", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.0", "gzip; q=0.000", "gzip;Q=0",
                            "*;q=0", "gzip;q=0, *", "notgzip", "gzipped"}) {
    EXPECT_FALSE(http::accepts_gzip(field)) << field;
  }
}

TEST(Compression, ComesBackAsItWas) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919);
  for (const auto& plain : {std::string(), std::string("x"), std::string(1'000'000, 'x'), text}) {
    EXPECT_EQ(http::gunzip(http::gzip(plain)), plain);
  }
  EXPECT_LT(http::gzip(std::string(1'000'000, 'x')).size(), 10'000U);
}

TEST(Compression, RefusesWhatIsBroken) {
  const auto whole = http::gzip("some text to break");
  EXPECT_THROW((void)http::gunzip(whole.substr(0, whole.size() - 1)), std::runtime_error);
  EXPECT_THROW((void)http::gunzip("nonsense"), std::runtime_error);
  EXPECT_THROW((void)http::gunzip(""), std::runtime_error);
}

}  // namespace
}  // namespace voyages::tests
