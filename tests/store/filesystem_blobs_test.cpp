#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "store/filesystem/blobs.h"
#include "tests/store/blobs_contract.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {

namespace {

using filesystem::FilesystemBlobs;
using voyages::tests::TemporaryDirectory;

class FilesystemBlobsFactory {
 public:
  Blobs& make() { return blobs_; }

 private:
  TemporaryDirectory directory_;
  FilesystemBlobs blobs_{directory_.path() / "blobs"};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Filesystem, BlobsContract, FilesystemBlobsFactory);

namespace {

TEST(FilesystemBlobs, FollowsNoSymbolicLink) {
  const TemporaryDirectory directory;
  const auto root = directory.path() / "blobs";
  FilesystemBlobs blobs(root);
  const auto outside = directory.path() / "outside";
  std::filesystem::create_directory(outside);
  std::ofstream(outside / "secret") << "secret";
  std::filesystem::create_directory_symlink(outside, root / "link+");
  std::filesystem::create_symlink(outside / "secret", root / "file");
  EXPECT_THROW((void)get(blobs, "link/secret"), std::system_error);
  EXPECT_THROW(put(blobs, "link/new", "x"), std::system_error);
  EXPECT_THROW((void)get(blobs, "file"), std::system_error);
  put(blobs, "file", "mine");  // replaces the link, not what it points to
  EXPECT_EQ(get(blobs, "file"), "mine");
  std::string content;
  std::ifstream(outside / "secret") >> content;
  EXPECT_EQ(content, "secret");
  EXPECT_FALSE(std::filesystem::exists(outside / "new"));
}

TEST(FilesystemBlobs, AreForTheirOwnerAlone) {
  const TemporaryDirectory directory;
  FilesystemBlobs blobs(directory.path() / "blobs");
  put(blobs, "a/b", "x");
  struct stat status{};
  ASSERT_EQ(::stat((directory.path() / "blobs/a+/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((directory.path() / "blobs/a+").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST(FilesystemBlobs, HaveNoAddress) {
  const TemporaryDirectory directory;
  FilesystemBlobs blobs(directory.path());
  put(blobs, "a", "x");
  EXPECT_EQ(blobs.presign("a", {}), std::nullopt);
}

TEST(FilesystemBlobs, LeaveNoFileOfWhatWasNotCommitted) {
  const TemporaryDirectory directory;
  FilesystemBlobs blobs(directory.path());
  {
    const auto writer = blobs.write("deep/a");
    writer->write("x");
    EXPECT_FALSE(std::filesystem::is_empty(directory.path() / "~incoming"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path() / "~incoming"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "deep+"));
}

TEST(FilesystemBlobs, AreReadOnAfterTheyWereReplacedOrRemoved) {
  const TemporaryDirectory directory;
  FilesystemBlobs blobs(directory.path());
  put(blobs, "a", "old");
  const auto first = blobs.read("a");
  put(blobs, "a", "new");
  const auto second = blobs.read("a");
  blobs.remove("a");
  EXPECT_EQ(first->next(), "old");
  EXPECT_EQ(second->next(), "new");
}

TEST(FilesystemBlobs, SweepUpWhatACrashLeft) {
  const TemporaryDirectory directory;
  const auto incoming = directory.path() / "~incoming";
  {
    const FilesystemBlobs blobs(directory.path());
  }
  std::ofstream(incoming / "old") << "x";
  std::ofstream(incoming / "young") << "x";
  std::filesystem::last_write_time(incoming / "old",
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours{48});
  FilesystemBlobs blobs(directory.path());
  EXPECT_FALSE(std::filesystem::exists(incoming / "old"));
  EXPECT_TRUE(std::filesystem::exists(incoming / "young"));
  EXPECT_TRUE(blobs.list("", "", 10).empty());
}

}  // namespace
}  // namespace voyages::store::tests
