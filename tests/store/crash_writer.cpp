// Writes pairs of items from eight threads until it is killed, and prints the sort key of each acknowledged pair. Its
// arguments: the data folder, and a prefix for the sort keys.
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"

namespace voyages::store {
namespace {

void write_until_killed(const std::string& directory, const std::string& prefix) {
  const SystemClock clock;
  sqlite::Database database(directory, sqlite::Access::exclusive);
  sqlite::SqliteTable table(database, clock);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0;; ++i) {
        const auto sk = prefix + "#" + std::to_string(thread) + "#" + std::to_string(i);
        const Attributes filler{{"filler", std::string(static_cast<std::size_t>(i % 7) * 500, 'x')}};
        const std::vector<Write> writes{Put{{{"LEFT", sk}, filler}, {item_absent()}}, Put{{{"RIGHT", sk}, filler}}};
        if (!table.write(writes)) ::_exit(3);
        const auto line = sk + "\n";
        // One short write to a pipe is never torn.
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(4);
      }
    });
  }
}

}  // namespace
}  // namespace voyages::store

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  voyages::store::write_until_killed(argv[1], argv[2]);
}
