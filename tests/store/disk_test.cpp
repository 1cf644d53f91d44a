#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "store/filesystem/blobs.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {
namespace {

using ::testing::HasSubstr;
using voyages::tests::ManualClock;
using voyages::tests::TemporaryDirectory;

/// A disk of 2 MB of its own. Making one takes root; without it these tests are skipped, and say so.
class DiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    mounted = ::mount("tmpfs", path().c_str(), "tmpfs", 0, "size=2m") == 0;
    if (!mounted) GTEST_SKIP() << "a small disk can only be mounted by root";
  }
  void TearDown() override {
    if (mounted) ::umount2(path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return directory.path(); }
  [[nodiscard]] bool make_read_only() const {
    return ::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=2m") == 0;
  }

  TemporaryDirectory directory;
  bool mounted = false;
};

class Filling {
 public:
  explicit Filling(Table& table) : table_(table) {}

  /// Writes from several threads until every one of them has failed; returns what the failures said.
  std::set<std::string> until_full() {
    std::set<std::string> messages;
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
          for (int i = 0; i < 10'000; ++i) {
            try {
              write(std::to_string(thread) + "#" + std::to_string(i), std::string(8000, 'x'));
            } catch (const std::exception& error) {
              const std::scoped_lock lock(mutex_);
              messages.insert(error.what());
              return;
            }
          }
        });
      }
    }
    return messages;
  }
  void write(const std::string& sk, const std::string& filler) {
    const std::vector<Write> writes{Put{{{"LEFT", sk}, {{"filler", filler}}}}, Put{{{"RIGHT", sk}}}};
    if (!table_.write(writes)) throw std::runtime_error("a write without conditions was refused");
    const std::scoped_lock lock(mutex_);
    acknowledged_.insert(sk);
  }
  /// Acknowledged pairs that are not whole, and pairs that are there by halves.
  std::size_t faults() {
    std::size_t count = 0;
    for (const auto& sk : acknowledged_) {
      if (!get(table_, {"LEFT", sk}) || !get(table_, {"RIGHT", sk})) ++count;
    }
    for (Query query{.pk = "LEFT", .limit = 100};;) {
      const auto page = table_.query(query);
      for (const auto& item : page.items) count += get(table_, {"RIGHT", item.key.sk}) ? 0 : 1;
      if (page.next_cursor.empty()) return count;
      query.cursor = page.next_cursor;
    }
  }
  [[nodiscard]] std::size_t size() const { return acknowledged_.size(); }

 private:
  Table& table_;
  std::mutex mutex_;
  std::set<std::string> acknowledged_;
};

void fill(const std::filesystem::path& file, std::size_t bytes) {
  std::ofstream(file, std::ios::binary) << std::string(bytes, 'x') << std::flush;
}

TEST_F(DiskTest, AFullDiskIsNamedAndLosesNothingAndIsRecoveredFrom) {
  const ManualClock clock;
  fill(path() / "others", 600'000);
  {
    sqlite::Database database(path() / "data", sqlite::Access::exclusive);
    sqlite::SqliteTable table(database, clock);
    Filling filling(table);
    const auto messages = filling.until_full();
    ASSERT_FALSE(messages.empty());
    for (const auto& message : messages) EXPECT_THAT(message, HasSubstr("is full"));
    EXPECT_GT(filling.size(), 0U);
    EXPECT_EQ(filling.faults(), 0U);

    std::filesystem::remove(path() / "others");
    EXPECT_NO_THROW(filling.write("after", ""));
    EXPECT_EQ(filling.faults(), 0U);
    EXPECT_EQ(database.check(), std::vector<std::string>{});
  }
  sqlite::Database database(path() / "data", sqlite::Access::exclusive);
  EXPECT_EQ(database.check(), std::vector<std::string>{});
}

TEST_F(DiskTest, AFullDiskLeavesTheOldBlob) {
  filesystem::FilesystemBlobs blobs(path());
  put(blobs, "a", "old");
  {
    const auto writer = blobs.write("a");
    const auto fill_up = [&] {
      for (int i = 0; i < 30; ++i) writer->write(std::string(100'000, 'x'));
    };
    try {
      fill_up();
      FAIL() << "3 MB fit on a disk of 2 MB";
    } catch (const std::system_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
    }
    // What is cut off by a full disk never becomes a blob.
    EXPECT_THROW(writer->commit(), std::logic_error);
  }
  EXPECT_EQ(get(blobs, "a"), "old");
  EXPECT_TRUE(std::filesystem::is_empty(path() / "~incoming"));
  EXPECT_NO_THROW(put(blobs, "a", std::string(1'500'000, 'y')));  // the half-written file is gone
}

TEST_F(DiskTest, ABackupToAFullDiskLeavesNothing) {
  const TemporaryDirectory elsewhere;
  sqlite::Database database(elsewhere.path(), sqlite::Access::exclusive);
  const ManualClock clock;
  sqlite::SqliteTable table(database, clock);
  Filling filling(table);
  for (int i = 0; i < 100; ++i) filling.write(std::to_string(i), std::string(30'000, 'x'));
  EXPECT_THROW(database.backup(path() / "backup.db"), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_empty(path()));
}

TEST_F(DiskTest, AReadOnlyFolderIsNamed) {
  const auto data = path() / "data";
  {
    const sqlite::Database made(data, sqlite::Access::exclusive);
  }
  if (!make_read_only()) GTEST_SKIP() << "the disk could not be made read-only";
  try {
    const sqlite::Database database(data, sqlite::Access::exclusive);
    FAIL() << "a read-only folder was accepted";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), HasSubstr(data.string()));
    EXPECT_THAT(error.what(), HasSubstr("Read-only file system"));
  }
}

}  // namespace
}  // namespace voyages::store::tests
