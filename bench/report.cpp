#include "bench/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>

#include "http/openapi.h"

namespace voyages::bench {

void report(const std::vector<Row>& rows, const std::filesystem::path& json_file) {
  boost::json::array list;
  fmt::print("\n{:<44} {:>12} {:<5} {:>12}  {:>6}  {:<10} {}\n", "what", "value", "", "yardstick", "ratio", "goal",
             "against");
  for (const auto& row : rows) {
    const auto ratio = row.peer > 0 ? row.value / row.peer : 0;
    fmt::print("{:<44} {:>12.1f} {:<5} {:>12} {:>6}   {:<10} {}\n", row.name, row.value, row.unit,
               row.peer > 0 ? fmt::format("{:.1f}", row.peer) : "", row.peer > 0 ? fmt::format("{:.2f}", ratio) : "",
               row.goal, row.against);
    boost::json::object entry{{"name", row.name}, {"value", row.value}, {"unit", row.unit}, {"goal", row.goal}};
    if (row.peer > 0) {
      entry["against"] = row.against;
      entry["yardstick"] = row.peer;
      entry["ratio"] = ratio;
    }
    list.push_back(std::move(entry));
  }
  std::ofstream(json_file) << http::pretty_print(list);
  fmt::print("\nThe same as JSON: {}\n", json_file.string());
}

}  // namespace voyages::bench
