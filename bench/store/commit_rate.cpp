// Rows like a refresh's (two items a write, keys in the order of time): the rate of grouped commits in plain SQLite
// against `SqliteTable::write` from 1 and from 64 threads, and the time of the reads that `GET /auth/me` makes.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/sqlite/items.h"
#include "store/sqlite/table.h"

namespace {

using namespace voyages;
using namespace voyages::store;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds duration{2};

std::vector<Write> refresh_writes(Time now) {
  Item token{{"TOKEN#" + new_uuid7(now), "REFRESH"},
             {{"user_id", new_uuid7(now)},
              {"session_id", new_uuid7(now)},
              {"secret_hash", Bytes{std::string(32, 'h')}},
              {"created_at", to_rfc3339(now)}}};
  token.expires_at = now + std::chrono::hours{720};
  Item old = token;
  old.key.pk = "TOKEN#" + new_uuid7(now);
  return {Put{std::move(token), {item_absent()}}, Put{std::move(old)}};
}

double per_second(std::uint64_t count, Steady::time_point start) {
  return static_cast<double>(count) / std::chrono::duration<double>(Steady::now() - start).count();
}

double raw_rate(const std::filesystem::path& directory, int group) {
  std::filesystem::remove_all(directory);
  sqlite::Database database(directory, sqlite::Access::exclusive);
  sqlite::Connection connection(database.file(), sqlite::Connection::Mode::read_write);
  const SystemClock clock;
  std::uint64_t count = 0;
  const auto start = Steady::now();
  while (Steady::now() - start < duration) {
    connection.statement("BEGIN IMMEDIATE").run();
    for (int i = 0; i < group; ++i) {
      for (const auto& write : refresh_writes(clock.now())) {
        const auto change = sqlite::plan(connection, write, 0);
        sqlite::apply(connection, *change);
      }
    }
    connection.statement("COMMIT").run();
    count += static_cast<std::uint64_t>(group);
  }
  return per_second(count, start);
}

double table_rate(const std::filesystem::path& directory, int thread_count) {
  std::filesystem::remove_all(directory);
  sqlite::Database database(directory, sqlite::Access::exclusive);
  const SystemClock clock;
  sqlite::SqliteTable table(database, clock);
  std::atomic<std::uint64_t> count = 0;
  const auto start = Steady::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < thread_count; ++i) {
      threads.emplace_back([&] {
        while (Steady::now() - start < duration) {
          if (table.write(refresh_writes(clock.now()))) ++count;
        }
      });
    }
  }
  return per_second(count, start);
}

double read_us(const std::filesystem::path& directory) {
  std::filesystem::remove_all(directory);
  sqlite::Database database(directory, sqlite::Access::exclusive);
  const SystemClock clock;
  sqlite::SqliteTable table(database, clock);
  const auto writes = refresh_writes(clock.now());
  if (!table.write(writes)) return 0;
  const Key present = key_of(writes[0]);
  const Key absent{"BLACKLIST#" + new_uuid7(clock.now()), "TOKEN"};
  constexpr int rounds = 200'000;
  const auto start = Steady::now();
  for (int i = 0; i < rounds; ++i) {
    if (!get(table, present) || get(table, absent)) return 0;
  }
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count() / rounds;
}

}  // namespace

int main(int argc, char** argv) {
  const auto directory = std::filesystem::path(argc > 1 ? argv[1] : ".") / "commit_rate.data";
  const double raw_1 = raw_rate(directory, 1);
  const double raw_32 = raw_rate(directory, 32);
  const double raw_64 = raw_rate(directory, 64);
  const double table_1 = table_rate(directory, 1);
  const double table_64 = table_rate(directory, 64);
  fmt::print("raw, groups of  1: {:9.0f} writes/s\n", raw_1);
  fmt::print("raw, groups of 32: {:9.0f} writes/s\n", raw_32);
  fmt::print("raw, groups of 64: {:9.0f} writes/s\n", raw_64);
  fmt::print("table,  1 thread : {:9.0f} writes/s, {:.2f} of raw groups of 1\n", table_1, table_1 / raw_1);
  fmt::print("table, 64 threads: {:9.0f} writes/s, {:.2f} of raw groups of 32, {:.2f} of 64\n", table_64,
             table_64 / raw_32, table_64 / raw_64);
  fmt::print("two gets         : {:9.2f} us\n", read_us(directory));
  std::filesystem::remove_all(directory);
}
