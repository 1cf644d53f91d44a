#include "app/backup_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "base/encoding.h"
#include "base/tar.h"
#include "crypto/token.h"
#include "store/filesystem/blobs.h"
#include "tests/support/temporary_directory.h"

namespace voyages::app {
namespace {

namespace fs = std::filesystem;
using store::filesystem::FilesystemBlobs;
using ::testing::HasSubstr;
using tests::TemporaryDirectory;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
}

class BackupFileTest : public ::testing::Test {
 protected:
  using Files = std::vector<std::pair<std::string, std::string>>;

  /// What is wrong with the file, by `check`.
  std::string complaint() {
    try {
      BackupFile(file).check([](std::string_view) {});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "none";
  }

  /// An archive of these files with their true hashes.
  void forge(Files files) {
    std::string sums;
    for (const auto& [path, bytes] : files) sums += to_hex(crypto::sha256(bytes)) + "  " + path + '\n';
    files.emplace_back("SHA256SUMS", sums);
    forge_exactly(files);
  }
  void forge_exactly(const Files& files) {
    std::string archive;
    TarWriter tar([&](std::string_view bytes) { archive += bytes; }, Time());
    for (const auto& [path, bytes] : files) {
      tar.begin(path, bytes.size());
      tar.write(bytes);
    }
    tar.finish();
    write_file(file, archive);
  }

  TemporaryDirectory directory;
  fs::path file = directory.path() / "backup";
  fs::path database = directory.path() / "copy.db";
  FilesystemBlobs blobs{directory.path() / "blobs"};
};

TEST_F(BackupFileTest, BringsBackTheDatabaseAndEveryBlob) {
  const std::map<std::string, std::string> kept{{"mail/1/0", "first"},
                                                {"mail/1/1", ""},
                                                {"media/" + std::string(400, 'n'), std::string(3'000'000, 'x')},
                                                {"z", std::string("\0\xFF", 2)}};
  for (const auto& [name, bytes] : kept) put(blobs, name, bytes);
  const auto rows = "SQLite format 3" + std::string(100'000, '\0');
  write_file(database, rows);
  EXPECT_EQ(write_backup(file, database, blobs, Time()), kept.size());
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(directory.path() / "backup.partial"));
  EXPECT_FALSE(fs::exists(directory.path() / "backup.sums.partial"));

  BackupFile backup(file);
  EXPECT_FALSE(backup.is_database());
  std::string restored_rows;
  backup.check([&](std::string_view bytes) { restored_rows += bytes; });
  EXPECT_EQ(restored_rows, rows);
  FilesystemBlobs restored(directory.path() / "restored");
  EXPECT_EQ(backup.restore_blobs(restored), kept.size());
  EXPECT_EQ(restored.list("", "", 100), blobs.list("", "", 100));
  for (const auto& [name, bytes] : kept) EXPECT_EQ(get(restored, name), bytes) << name;
}

TEST_F(BackupFileTest, IsWhatTarAndSha256sumRead) {
  put(blobs, "mail/1/0", "first");
  put(blobs, "media/" + std::string(200, 'n') + "/film", std::string(300'000, 'x'));
  write_file(database, "rows");
  write_backup(file, database, blobs, Time());
  const auto folder = directory.path() / "unpacked";
  fs::create_directory(folder);
  const auto command = "cd '" + folder.string() + "' && tar -xf '" + file.string() +
                       "' && sha256sum --quiet --strict --check SHA256SUMS";
  ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(content_of(folder / "voyages.db"), "rows");
  EXPECT_EQ(content_of(folder / "blobs/mail/1/0"), "first");
}

TEST_F(BackupFileTest, RefusesAFileThatIsCutOrDamagedAnywhere) {
  put(blobs, "a", std::string(600, 'x'));
  write_file(database, std::string(600, 'y'));
  write_backup(file, database, blobs, Time());
  const auto whole = content_of(file);
  EXPECT_EQ(complaint(), "none");
  for (std::size_t at = 0; at < whole.size(); at += 131) {
    write_file(file, whole.substr(0, at));
    EXPECT_THAT(complaint(), HasSubstr("is not a sound backup")) << "cut at " << at;
  }
  for (std::size_t at = 0; at < whole.size(); at += 61) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write_file(file, damaged);
    EXPECT_THAT(complaint(), HasSubstr("is not a sound backup")) << "damaged at " << at;
  }
}

TEST_F(BackupFileTest, RefusesNamesThatLeadElsewhere) {
  for (const auto* path : {"../evil", "/etc/passwd", "blobs/../evil", "blobs//a", "blobs/", "blobs/a/", "blobs/./a",
                           "./blobs/a", "blobs/a b", "blobs/~incoming/a", "master.key", "voyages.db", ""}) {
    forge({{"voyages.db", "rows"}, {path, "x"}});
    EXPECT_THAT(complaint(), HasSubstr("no part of a backup")) << path;
  }
}

TEST_F(BackupFileTest, RefusesWhatWriteBackupNeverWrites) {
  forge({{"voyages.db", "rows"}, {"blobs/a", "x"}});
  EXPECT_EQ(complaint(), "none");
  forge({{"voyages.db", "rows"}, {"blobs/a", "x"}, {"blobs/a", "y"}});
  EXPECT_THAT(complaint(), HasSubstr("twice"));
  forge({{"voyages.db", "rows"}, {"blobs/b", "x"}, {"blobs/a", "y"}});
  EXPECT_THAT(complaint(), HasSubstr("disorder"));
  forge({{"blobs/a", "x"}, {"voyages.db", "rows"}});
  EXPECT_THAT(complaint(), HasSubstr("does not begin with voyages.db"));
  forge({});
  EXPECT_THAT(complaint(), HasSubstr("does not begin with voyages.db"));
  forge_exactly({{"voyages.db", "rows"}});
  EXPECT_THAT(complaint(), HasSubstr("no SHA256SUMS"));
  const auto sum = to_hex(crypto::sha256("rows")) + "  voyages.db\n";
  forge_exactly({{"voyages.db", "rows"}, {"SHA256SUMS", sum}, {"SHA256SUMS", sum}});
  EXPECT_THAT(complaint(), HasSubstr("goes on"));
  forge_exactly({{"voyages.db", "rows"}, {"SHA256SUMS", sum + sum}});
  EXPECT_THAT(complaint(), HasSubstr("sha256sum --check"));
}

TEST_F(BackupFileTest, KnowsACopyOfTheDatabase) {
  write_file(file, std::string("SQLite format 3\0...", 19));
  EXPECT_TRUE(BackupFile(file).is_database());
  for (const auto* other : {"", "not a backup"}) {
    write_file(file, other);
    EXPECT_FALSE(BackupFile(file).is_database());
    EXPECT_THAT(complaint(), HasSubstr("backup is not a sound backup"));
  }
  EXPECT_THROW(BackupFile(directory.path() / "absent"), std::system_error);
}

}  // namespace
}  // namespace voyages::app
