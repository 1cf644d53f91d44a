#include "store/sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {
namespace {

using sqlite::Access;
using sqlite::Database;
using sqlite::restore;
using sqlite::SqliteTable;
using ::testing::AllOf;
using ::testing::HasSubstr;
using voyages::tests::ManualClock;
using voyages::tests::TemporaryDirectory;

class DatabaseTest : public ::testing::Test {
 protected:
  void put(Database& database, const std::string& sk) {
    SqliteTable table(database, clock);
    const std::vector<Write> writes{Put{{{"P", sk}}}};
    ASSERT_TRUE(table.write(writes));
  }
  bool has(Database& database, const std::string& sk) {
    SqliteTable table(database, clock);
    return get(table, {"P", sk}).has_value();
  }
  std::string opening_error(Access access = Access::exclusive) {
    return error([&] { Database(data, access); });
  }
  template <class Work>
  std::string error(Work work) {
    try {
      work();
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
    return "no error";
  }
  void overwrite(std::streamoff at, const std::string& bytes) const {
    std::fstream file(data / "voyages.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << bytes;
  }

  ManualClock clock;
  TemporaryDirectory directory;
  std::filesystem::path data = directory.path() / "some" / "data";
};

unsigned mode_of(const std::filesystem::path& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

TEST_F(DatabaseTest, IsForItsOwnerAlone) {
  Database database(data, Access::exclusive);
  put(database, "1");
  EXPECT_EQ(mode_of(data), 0700U);
  for (const auto* file : {"voyages.db", "voyages.db-wal", "voyages.db-shm", "voyages.lock"}) {
    EXPECT_EQ(mode_of(data / file), 0600U) << file;
  }
}

TEST_F(DatabaseTest, LeavesNoLogBehindWhenItCloses) {
  {
    Database database(data, Access::exclusive);
    put(database, "1");
    EXPECT_TRUE(has(database, "1"));
  }
  EXPECT_FALSE(std::filesystem::exists(data / "voyages.db-wal"));
  Database database(data, Access::exclusive);
  EXPECT_TRUE(has(database, "1"));
}

TEST_F(DatabaseTest, RefusesASecondServer) {
  const Database first(data, Access::exclusive);
  EXPECT_THAT(opening_error(), AllOf(HasSubstr("already running"), HasSubstr(data.string())));
}

TEST_F(DatabaseTest, LetsCommandsWorkBesideTheServer) {
  Database server(data, Access::exclusive);
  Database command(data, Access::shared);
  Database another(data, Access::shared);
  put(command, "1");
  EXPECT_TRUE(has(server, "1"));
  put(server, "2");
  EXPECT_TRUE(has(another, "2"));
}

TEST_F(DatabaseTest, LetsManyOpenANewFolderAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      Database database(data, Access::shared);
      put(database, std::to_string(i));
    });
  }
  threads.clear();
  Database database(data, Access::exclusive);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(has(database, std::to_string(i)));
}

TEST_F(DatabaseTest, RefusesANewerSchema) {
  {
    const Database made(data, Access::exclusive);
    sqlite::Connection(data / "voyages.db", sqlite::Connection::Mode::read_write).execute("PRAGMA user_version=999");
  }
  EXPECT_THAT(opening_error(), HasSubstr("newer version"));
}

TEST_F(DatabaseTest, RefusesAnotherProgramsDatabase) {
  std::filesystem::create_directories(data);
  std::ofstream(data / "voyages.db").close();
  sqlite::Connection(data / "voyages.db", sqlite::Connection::Mode::read_write).execute("CREATE TABLE theirs(x)");
  EXPECT_THAT(opening_error(), HasSubstr("another program"));
}

TEST_F(DatabaseTest, NamesADamagedFileAndTheWayOut) {
  for (const auto& [at, bytes] : {std::pair<std::streamoff, std::string>{0, std::string(4096, 'x')},
                                  std::pair<std::streamoff, std::string>{100, std::string(3996, '\xEE')}}) {
    std::filesystem::remove_all(data);
    {
      const Database made(data, Access::exclusive);
    }
    overwrite(at, bytes);
    EXPECT_THAT(opening_error(), AllOf(HasSubstr("voyages.db"), HasSubstr("damaged"), HasSubstr("restore"))) << at;
  }
}

TEST_F(DatabaseTest, NamesATruncatedFile) {
  {
    Database database(data, Access::exclusive);
    put(database, "1");
  }
  std::filesystem::resize_file(data / "voyages.db", 6000);
  EXPECT_THAT(opening_error(), HasSubstr("damaged"));
}

TEST_F(DatabaseTest, FindsDamageWhenItChecks) {
  {
    Database database(data, Access::exclusive);
    for (int i = 0; i < 40; ++i) put(database, std::to_string(i) + std::string(900, 'x'));
    EXPECT_TRUE(database.check().empty());
  }
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(data / "voyages.db"));
  overwrite(size - 4096, std::string(4096, '\x55'));
  Database database(data, Access::exclusive);
  EXPECT_FALSE(database.check().empty());
}

TEST_F(DatabaseTest, BacksUpOneMomentWhileOthersWrite) {
  Database database(data, Access::exclusive);
  SqliteTable table(database, clock);
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int i = 0; !done; ++i) {
      const std::vector<Write> writes{Put{{{"LEFT", std::to_string(i)}}}, Put{{{"RIGHT", std::to_string(i)}}}};
      EXPECT_TRUE(table.write(writes));
    }
  });
  const auto file = directory.path() / "backup.db";
  for (int i = 0; i < 5; ++i) {
    database.backup(file);
    const auto copy = directory.path() / ("restored" + std::to_string(i));
    restore(file, copy);
    Database restored(copy, Access::exclusive);
    EXPECT_TRUE(restored.check().empty());
    EXPECT_EQ(restored.read()->number("SELECT count(*) FROM items WHERE pk=CAST('LEFT' AS BLOB)"),
              restored.read()->number("SELECT count(*) FROM items WHERE pk=CAST('RIGHT' AS BLOB)"));
  }
  done = true;
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "backup.db.partial"));
}

TEST_F(DatabaseTest, RestoresAndForgetsWhatCameAfter) {
  const auto file = directory.path() / "backup.db";
  {
    Database database(data, Access::exclusive);
    put(database, "before");
    database.backup(file);
    put(database, "after");
    EXPECT_THAT(error([&] { restore(file, data); }), HasSubstr("already running"));
    EXPECT_TRUE(has(database, "after"));
    EXPECT_THAT(error([&] { database.backup(data / "voyages.db"); }), HasSubstr("itself"));
  }
  {
    const Database command(data, Access::shared);
    EXPECT_THAT(error([&] { restore(file, data); }), HasSubstr("another command"));
  }
  restore(file, data);
  Database database(data, Access::exclusive);
  EXPECT_TRUE(has(database, "before"));
  EXPECT_FALSE(has(database, "after"));
}

TEST_F(DatabaseTest, RestoresNothingFromABadBackup) {
  {
    Database database(data, Access::exclusive);
    put(database, "1");
  }
  const auto bad = directory.path() / "bad.db";
  std::ofstream(bad) << std::string(8192, 'x');
  EXPECT_THAT(error([&] { restore(bad, data); }), HasSubstr(bad.string()));
  std::ofstream(bad, std::ios::trunc).close();
  EXPECT_THAT(error([&] { restore(bad, data); }), HasSubstr("empty"));
  EXPECT_THAT(error([&] { restore(directory.path() / "absent.db", data); }), HasSubstr("absent.db"));
  Database database(data, Access::exclusive);
  EXPECT_TRUE(has(database, "1"));
  EXPECT_FALSE(std::filesystem::exists(data / "voyages.db.restore"));
}

TEST_F(DatabaseTest, RestoresOverADamagedFileAndItsLog) {
  const auto file = directory.path() / "backup.db";
  {
    Database database(data, Access::exclusive);
    put(database, "1");
    database.backup(file);
  }
  overwrite(0, std::string(4096, 'x'));
  std::ofstream(data / "voyages.db-wal") << std::string(10'000, 'x');
  restore(file, data);
  Database database(data, Access::exclusive);
  EXPECT_TRUE(has(database, "1"));
}

/// Holds the write lock, as a slow command would.
class Blocker {
 public:
  explicit Blocker(const Database& database) : connection_(database.file(), sqlite::Connection::Mode::read_write) {
    connection_.execute("BEGIN IMMEDIATE");
  }
  void release() { connection_.execute("ROLLBACK"); }

 private:
  sqlite::Connection connection_;
};

TEST_F(DatabaseTest, RefusesMoreWaitingWritesThanItsLimitAndLosesNone) {
  Database database(data, Access::exclusive, 2);
  Blocker blocker(database);
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      try {
        put(database, std::to_string(i));
        ++done;
      } catch (const Overloaded&) {
        ++refused;
      }
    });
  }
  // The first group of one or two is with the writer, two more wait, and the rest is sent away.
  while (refused < 4) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  blocker.release();
  threads.clear();
  EXPECT_EQ(done + refused, 8);
  EXPECT_EQ(database.read()->number("SELECT count(*) FROM items"), done);
}

TEST_F(DatabaseTest, AFailingJobFailsAlone) {
  Database database(data, Access::exclusive);
  Blocker blocker(database);
  std::vector<std::jthread> threads;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&, i] {
      if (i % 5 != 0) return put(database, std::to_string(i));
      try {
        database.write([](sqlite::Connection& connection) {
          connection.execute("INSERT INTO items(pk, sk, attributes) VALUES('half', 'half', '')");
          connection.execute("INSERT INTO items(pk, sk, attributes) VALUES(NULL, 'x', '')");
          return true;
        });
      } catch (const sqlite::EngineError&) {
        ++failures;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{20});  // so that they gather in one group
  blocker.release();
  threads.clear();
  EXPECT_EQ(failures, 2);
  EXPECT_EQ(database.read()->number("SELECT count(*) FROM items"), 8);
}

}  // namespace
}  // namespace voyages::store::tests
