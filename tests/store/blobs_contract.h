#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/blobs.h"

namespace voyages::store::tests {

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
  EXPECT_EQ(this->blobs.get("a/b.bin"), std::nullopt);
  this->blobs.put("a/b.bin", bytes);
  EXPECT_EQ(this->blobs.get("a/b.bin"), bytes);
  this->blobs.put("a/b.bin", "");
  EXPECT_EQ(this->blobs.get("a/b.bin"), "");
  EXPECT_EQ(this->blobs.get("a"), std::nullopt);
  EXPECT_EQ(this->blobs.get("a/b.bin/c"), std::nullopt);
}

TYPED_TEST_P(BlobsContract, RemovesAndForgivesTheAbsent) {
  this->blobs.remove("a/b/c");
  this->blobs.put("a/b/c", "1");
  this->blobs.put("a/d", "2");
  this->blobs.remove("a/b/c");
  this->blobs.remove("a/b");
  EXPECT_EQ(this->blobs.get("a/b/c"), std::nullopt);
  EXPECT_EQ(this->blobs.get("a/d"), "2");
  EXPECT_EQ(this->blobs.list("", "", 10), (std::vector<std::string>{"a/d"}));
}

TYPED_TEST_P(BlobsContract, KeepsANameThatIsAnothersPrefix) {
  this->blobs.put("a", "short");
  this->blobs.put("a/b", "long");
  this->blobs.put("a/b/c", "longer");
  EXPECT_EQ(this->blobs.get("a"), "short");
  EXPECT_EQ(this->blobs.get("a/b"), "long");
  EXPECT_EQ(this->blobs.get("a/b/c"), "longer");
}

TYPED_TEST_P(BlobsContract, TakesTheLongestNames) {
  for (const std::size_t length : {199UL, 200UL, 201UL, 255UL, 256UL, 400UL, 512UL}) {
    const std::string name(length, 'n');
    this->blobs.put(name, std::to_string(length));
    EXPECT_EQ(this->blobs.get(name), std::to_string(length));
  }
  EXPECT_EQ(this->blobs.list("", "", 100).size(), 7U);
}

TYPED_TEST_P(BlobsContract, RefusesNamesThatCouldLeadElsewhere) {
  for (const auto& name : {std::string(), std::string("/"), std::string("/a"), std::string("a/"), std::string("a//b"),
                           std::string("."), std::string(".."), std::string("a/../b"), std::string("a/."),
                           std::string("a b"), std::string("a\\b"), std::string("a\0b", 3), std::string("\xC3\xA9"),
                           std::string("~incoming"), std::string("a+"), std::string(513, 'n')}) {
    EXPECT_THROW(this->blobs.put(name, "x"), std::invalid_argument) << name;
    EXPECT_THROW(this->blobs.get(name), std::invalid_argument) << name;
    EXPECT_THROW(this->blobs.remove(name), std::invalid_argument) << name;
  }
  EXPECT_NO_THROW(this->blobs.put("..a/...", "x"));
  EXPECT_EQ(this->blobs.list("", "", 10), (std::vector<std::string>{"..a/..."}));
}

TYPED_TEST_P(BlobsContract, ListsNamesInBytewiseOrder) {
  const std::vector<std::string> names{"a", "a-1", "a.1", "a/1", "a/2/3", "a/2/4", "a0", "b"};
  for (const auto& name : names) this->blobs.put(name, "x");
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
  this->blobs.put("d/x", old_bytes);
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      const auto bytes = this->blobs.get("d/x");
      EXPECT_TRUE(bytes == old_bytes || bytes == new_bytes);
    }
  });
  for (int i = 0; i < 20; ++i) this->blobs.put("d/x", i % 2 == 0 ? new_bytes : old_bytes);
  done = true;
}

TYPED_TEST_P(BlobsContract, PutsWhileOthersRemove) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto name = "deep/er/" + std::to_string(thread);
      for (int i = 0; i < 25; ++i) {
        this->blobs.put(name, name);
        EXPECT_EQ(this->blobs.get(name), name);
        this->blobs.remove(name);
      }
    });
  }
}

REGISTER_TYPED_TEST_SUITE_P(BlobsContract, ReturnsWhatWasPut, RemovesAndForgivesTheAbsent,
                            KeepsANameThatIsAnothersPrefix, TakesTheLongestNames, RefusesNamesThatCouldLeadElsewhere,
                            ListsNamesInBytewiseOrder, ShowsTheOldBytesOrTheNew, PutsWhileOthersRemove);

}  // namespace voyages::store::tests
