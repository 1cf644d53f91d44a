#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <random>
#include <sstream>

#include "store/sqlite/table.h"
#include "tests/support/temporary_directory.h"

namespace voyages::store::tests {
namespace {

using voyages::tests::TemporaryDirectory;

constexpr int rounds = 50;

/// The writer in a process of its own, and what it says.
class Victim {
 public:
  Victim(const std::string& directory, const std::string& prefix) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::string program = VOYAGES_CRASH_WRITER;
    std::string data = directory;
    std::string name = prefix;
    std::array<char*, 4> arguments{program.data(), data.data(), name.data(), nullptr};
    const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
    if (failed != 0) throw std::runtime_error("cannot start " + program);
  }
  ~Victim() { ::close(output_); }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  /// Everything that was acknowledged until the process was killed, `after` its first word.
  std::vector<std::string> kill(std::chrono::microseconds after) {
    std::string text;
    read_some(text);
    for (const auto end = std::chrono::steady_clock::now() + after; std::chrono::steady_clock::now() < end;) {
      read_some(text);
    }
    ::kill(process_, SIGKILL);
    while (read_some(text)) {
    }
    int status = 0;
    ::waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the writer ended by itself";
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

 private:
  bool read_some(std::string& text) {
    std::array<char, 65536> buffer;
    const auto count = ::read(output_, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  pid_t process_ = -1;
  int output_ = -1;
};

std::size_t missing(Table& table, const std::vector<std::string>& sort_keys) {
  std::size_t count = 0;
  for (const auto& sk : sort_keys) {
    const std::array<Key, 2> keys{Key{"LEFT", sk}, Key{"RIGHT", sk}};
    for (const auto& item : table.get(keys, Consistency::strong)) count += item ? 0 : 1;
  }
  return count;
}

std::int64_t halves(sqlite::Database& database) {
  return database.read()->number(
      "SELECT count(*) FROM (SELECT sk, count(*) AS sides FROM items GROUP BY sk HAVING sides<>2)");
}

TEST(SqliteTable, KeepsEveryAcknowledgedWriteWhenKilled) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> moment_us(0, 40'000);
  std::vector<std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    const auto lines =
        Victim(directory.path(), std::to_string(round)).kill(std::chrono::microseconds{moment_us(random)});
    EXPECT_FALSE(lines.empty());
    acknowledged.insert(acknowledged.end(), lines.begin(), lines.end());
    sqlite::Database database(directory.path(), sqlite::Access::exclusive);
    sqlite::SqliteTable table(database, clock);
    ASSERT_EQ(database.check(), std::vector<std::string>{});
    ASSERT_EQ(missing(table, lines), 0U) << "in round " << round;
    ASSERT_EQ(halves(database), 0) << "in round " << round;
  }
  sqlite::Database database(directory.path(), sqlite::Access::exclusive);
  sqlite::SqliteTable table(database, clock);
  EXPECT_EQ(missing(table, acknowledged), 0U);
}

}  // namespace
}  // namespace voyages::store::tests
