#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/unavailable.h"
#include "store/blobs.h"

namespace voyages::store::tests {

/// Bytes in which one part is not another.
inline std::string varied_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (auto& byte : bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

/// What every adapter of `Blobs` does. `Factory` is default-constructible; its `make()` returns an empty `Blobs&`,
/// which lives as long as the factory.
template <class Factory>
class BlobsContract : public ::testing::Test {
 protected:
  using Names = std::vector<std::string>;

  Factory factory;
  Blobs& blobs = factory.make();
};

TYPED_TEST_SUITE_P(BlobsContract);

TYPED_TEST_P(BlobsContract, ReturnsWhatWasPut) {
  const std::string bytes("\x00\xFF\n\r", 4);
  EXPECT_EQ(get(this->blobs, "a/b.bin"), std::nullopt);
  put(this->blobs, "a/b.bin", bytes);
  EXPECT_EQ(get(this->blobs, "a/b.bin"), bytes);
  put(this->blobs, "a/b.bin", "");
  EXPECT_EQ(get(this->blobs, "a/b.bin"), "");
  EXPECT_EQ(get(this->blobs, "a"), std::nullopt);
  EXPECT_EQ(get(this->blobs, "a/b.bin/c"), std::nullopt);
}

TYPED_TEST_P(BlobsContract, RemovesAndForgivesTheAbsent) {
  this->blobs.remove("a/b/c");
  put(this->blobs, "a/b/c", "1");
  put(this->blobs, "a/d", "2");
  this->blobs.remove("a/b/c");
  this->blobs.remove("a/b");
  EXPECT_EQ(get(this->blobs, "a/b/c"), std::nullopt);
  EXPECT_EQ(get(this->blobs, "a/d"), "2");
  EXPECT_EQ(this->blobs.list("", "", 10), (std::vector<std::string>{"a/d"}));
}

TYPED_TEST_P(BlobsContract, KeepsANameThatIsAnothersPrefix) {
  put(this->blobs, "a", "short");
  put(this->blobs, "a/b", "long");
  put(this->blobs, "a/b/c", "longer");
  EXPECT_EQ(get(this->blobs, "a"), "short");
  EXPECT_EQ(get(this->blobs, "a/b"), "long");
  EXPECT_EQ(get(this->blobs, "a/b/c"), "longer");
}

TYPED_TEST_P(BlobsContract, TakesTheLongestNames) {
  for (const std::size_t length : {199UL, 200UL, 201UL, 255UL, 256UL, 400UL, 512UL}) {
    const std::string name(length, 'n');
    put(this->blobs, name, std::to_string(length));
    EXPECT_EQ(get(this->blobs, name), std::to_string(length));
  }
  EXPECT_EQ(this->blobs.list("", "", 100).size(), 7U);
}

TYPED_TEST_P(BlobsContract, RefusesNamesThatCouldLeadElsewhere) {
  for (const auto& name : {std::string(), std::string("/"), std::string("/a"), std::string("a/"), std::string("a//b"),
                           std::string("."), std::string(".."), std::string("a/../b"), std::string("a/."),
                           std::string("a b"), std::string("a\\b"), std::string("a\0b", 3), std::string("\xC3\xA9"),
                           std::string("~incoming"), std::string("a+"), std::string(513, 'n')}) {
    EXPECT_THROW(put(this->blobs, name, "x"), std::invalid_argument) << name;
    EXPECT_THROW((void)get(this->blobs, name), std::invalid_argument) << name;
    EXPECT_THROW((void)this->blobs.stat(name), std::invalid_argument) << name;
    EXPECT_THROW((void)this->blobs.presign(name, {}), std::invalid_argument) << name;
    EXPECT_THROW(this->blobs.remove(name), std::invalid_argument) << name;
  }
  EXPECT_NO_THROW(put(this->blobs, "..a/...", "x"));
  EXPECT_EQ(this->blobs.list("", "", 10), (std::vector<std::string>{"..a/..."}));
}

TYPED_TEST_P(BlobsContract, ListsNamesInBytewiseOrder) {
  const std::vector<std::string> names{"a", "a-1", "a.1", "a/1", "a/2/3", "a/2/4", "a0", "b"};
  for (const auto& name : names) put(this->blobs, name, "x");
  EXPECT_EQ(this->blobs.list("", "", 100), names);
  EXPECT_EQ(this->blobs.list("a/", "", 100), (std::vector<std::string>{"a/1", "a/2/3", "a/2/4"}));
  EXPECT_EQ(this->blobs.list("a/2", "", 1), (std::vector<std::string>{"a/2/3"}));
  EXPECT_EQ(this->blobs.list("a", "a/2/3", 2), (std::vector<std::string>{"a/2/4", "a0"}));
  EXPECT_TRUE(this->blobs.list("c", "", 100).empty());
  EXPECT_TRUE(this->blobs.list("", "", 0).empty());
}

TYPED_TEST_P(BlobsContract, ShowsTheOldBytesOrTheNew) {
  const std::string old_bytes(200'000, 'a');
  const std::string new_bytes(100'000, 'b');
  put(this->blobs, "d/x", old_bytes);
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      const auto bytes = get(this->blobs, "d/x");
      EXPECT_TRUE(bytes == old_bytes || bytes == new_bytes);
    }
  });
  for (int i = 0; i < 20; ++i) put(this->blobs, "d/x", i % 2 == 0 ? new_bytes : old_bytes);
  done = true;
}

TYPED_TEST_P(BlobsContract, PutsWhileOthersRemove) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto name = "deep/er/" + std::to_string(thread);
      for (int i = 0; i < 25; ++i) {
        put(this->blobs, name, name);
        EXPECT_EQ(get(this->blobs, name), name);
        this->blobs.remove(name);
      }
    });
  }
}

TYPED_TEST_P(BlobsContract, ReadsPieceByPieceWhatWasWrittenPieceByPiece) {
  const std::string bytes = varied_bytes(20'000'001);
  const auto writer = this->blobs.write("media/film");
  for (std::size_t at = 0; at < bytes.size(); at += 777'777) writer->write(std::string_view(bytes).substr(at, 777'777));
  writer->write("");
  EXPECT_EQ(this->blobs.stat("media/film"), std::nullopt);
  EXPECT_TRUE(this->blobs.list("", "", 10).empty());
  writer->commit();

  const auto info = this->blobs.stat("media/film");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->size, bytes.size());
  const auto reader = this->blobs.read("media/film");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->info(), *info);
  std::string read;
  while (const auto piece = reader->next()) {
    EXPECT_LE(piece->size(), 8U << 20U);
    read += *piece;
  }
  EXPECT_TRUE(read == bytes);
  EXPECT_EQ(reader->next(), std::nullopt);
}

TYPED_TEST_P(BlobsContract, ReadsARange) {
  const std::string bytes = varied_bytes(9'000'000);
  put(this->blobs, "a", bytes);
  const auto read = [&](ByteRange range) {
    const auto reader = this->blobs.read("a", range);
    EXPECT_EQ(reader->info().size, bytes.size());
    std::string text;
    while (const auto piece = reader->next()) text += *piece;
    return text;
  };
  EXPECT_EQ(read({.first = 0, .size = 1}), bytes.substr(0, 1));
  EXPECT_EQ(read({.first = 100, .size = 50}), bytes.substr(100, 50));
  EXPECT_TRUE(read({.first = 1, .size = 8'999'998}) == bytes.substr(1, 8'999'998));
  EXPECT_EQ(read({.first = bytes.size() - 3}), bytes.substr(bytes.size() - 3));
  EXPECT_EQ(read({.first = bytes.size()}), "");
  EXPECT_EQ(read({.first = bytes.size() + 1, .size = 5}), "");
  EXPECT_EQ(read({.first = 5, .size = 0}), "");
}

TYPED_TEST_P(BlobsContract, LeavesNothingOfWhatWasNotCommitted) {
  put(this->blobs, "a", "old");
  for (const std::size_t size : {1UL, 9'000'000UL, 20'000'000UL}) {
    this->blobs.write("a")->write(std::string(size, 'x'));
    this->blobs.write("b")->write(std::string(size, 'x'));
  }
  EXPECT_EQ(get(this->blobs, "a"), "old");
  EXPECT_EQ(this->blobs.list("", "", 10), (std::vector<std::string>{"a"}));
}

TYPED_TEST_P(BlobsContract, CommitsOnce) {
  const auto writer = this->blobs.write("a");
  writer->write("x");
  writer->commit();
  EXPECT_THROW(writer->commit(), std::logic_error);
  EXPECT_THROW(writer->write("y"), std::logic_error);
  EXPECT_EQ(get(this->blobs, "a"), "x");
}

TYPED_TEST_P(BlobsContract, TellsOneVersionFromAnother) {
  EXPECT_EQ(this->blobs.stat("a"), std::nullopt);
  EXPECT_EQ(this->blobs.read("a"), nullptr);
  put(this->blobs, "a", "1");
  const auto first = this->blobs.stat("a");
  EXPECT_EQ(this->blobs.stat("a"), first);
  EXPECT_FALSE(first->etag.empty());
  EXPECT_EQ(first->etag.find('"'), std::string::npos);
  put(this->blobs, "a", "2");
  EXPECT_NE(this->blobs.stat("a")->etag, first->etag);
}

TYPED_TEST_P(BlobsContract, NeverMixesTheBytesOfTwoVersions) {
  const std::string old_bytes(20'000'000, 'a');
  put(this->blobs, "a", old_bytes);
  const auto reader = this->blobs.read("a");
  std::string read = *reader->next();
  put(this->blobs, "a", std::string(20'000'000, 'b'));
  try {
    while (const auto piece = reader->next()) read += *piece;
    EXPECT_TRUE(read == old_bytes);
  } catch (const Unavailable& replaced) {
    EXPECT_THAT(replaced.what(), ::testing::HasSubstr("replaced"));
    EXPECT_TRUE(old_bytes.starts_with(read));
  }
  EXPECT_EQ(get(this->blobs, "a"), std::string(20'000'000, 'b'));
}

TYPED_TEST_P(BlobsContract, HoldsNoMoreInMemoryThanWasAllowed) {
  put(this->blobs, "a", "12345");
  EXPECT_EQ(get(this->blobs, "a", 5), "12345");
  EXPECT_THROW((void)get(this->blobs, "a", 4), std::length_error);
}

REGISTER_TYPED_TEST_SUITE_P(BlobsContract, ReturnsWhatWasPut, RemovesAndForgivesTheAbsent,
                            KeepsANameThatIsAnothersPrefix, TakesTheLongestNames, RefusesNamesThatCouldLeadElsewhere,
                            ListsNamesInBytewiseOrder, ShowsTheOldBytesOrTheNew, PutsWhileOthersRemove,
                            ReadsPieceByPieceWhatWasWrittenPieceByPiece, ReadsARange,
                            LeavesNothingOfWhatWasNotCommitted, CommitsOnce, TellsOneVersionFromAnother,
                            NeverMixesTheBytesOfTwoVersions, HoldsNoMoreInMemoryThanWasAllowed);

}  // namespace voyages::store::tests
