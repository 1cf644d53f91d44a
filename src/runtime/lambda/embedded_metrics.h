#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"

namespace voyages::runtime::lambda {

/// The figures of one invocation in CloudWatch's Embedded Metric Format: one JSON object a line in the log, from which
/// CloudWatch makes metrics. Besides what is put in, it tells by how much each counter of the registry has grown since
/// the last line: `voyages_aws_requests_total` becomes `AwsRequests`, all labels together. One dimension,
/// `service`, so that the metrics, each of which costs, are as many as there are names.
class EmbeddedMetrics {
 public:
  enum class Unit { count, milliseconds };
  /// A fact that is no metric: found in the log, not in CloudWatch's graphs.
  struct Property {
    std::string_view name;
    std::string_view value;
  };

  EmbeddedMetrics(const Metrics& registry, std::string name_space, std::string service);

  void put(std::string_view name, Unit unit, double value);
  /// The line, without its end; nothing when there is nothing to tell. Begins the next one.
  std::optional<std::string> take_line(Time now, const std::vector<Property>& properties);

 private:
  struct Value {
    std::string name;
    Unit unit;
    double value;
  };
  void put_growth();

  const Metrics& registry_;
  std::string name_space_;
  std::string service_;
  std::vector<Value> values_;
  std::map<std::string_view, std::uint64_t> told_;
};

}  // namespace voyages::runtime::lambda
