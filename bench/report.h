#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace voyages::bench {

/// One figure beside its yardstick, both measured in the same run.
struct Row {
  std::string name;
  double value;
  std::string unit;
  std::string against{};  // what `peer` is
  double peer = 0;
  std::string goal{};  // of the ratio, or of the value where there is no peer
};

/// Prints the rows as a table, and writes them as JSON.
void report(const std::vector<Row>& rows, const std::filesystem::path& json_file);

}  // namespace voyages::bench
