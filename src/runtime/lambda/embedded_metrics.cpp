#include "runtime/lambda/embedded_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace voyages::runtime::lambda {

namespace {

// CloudWatch user guide, "Specification: Embedded metric format": at most 100 metrics in a directive.
constexpr std::size_t most_metrics = 100;

std::string_view to_string(EmbeddedMetrics::Unit unit) {
  return unit == EmbeddedMetrics::Unit::count ? "Count" : "Milliseconds";
}

// `voyages_aws_requests_total` as CloudWatch's own metrics are written: `AwsRequests`.
std::string metric_name(std::string_view counter) {
  constexpr std::string_view prefix = "voyages_";
  constexpr std::string_view suffix = "_total";
  if (counter.starts_with(prefix)) counter.remove_prefix(prefix.size());
  if (counter.ends_with(suffix)) counter.remove_suffix(suffix.size());
  std::string name;
  bool starts_word = true;
  for (const char c : counter) {
    if (c != '_') name += starts_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    starts_word = c == '_';
  }
  return name;
}

}  // namespace

EmbeddedMetrics::EmbeddedMetrics(const Metrics& registry, std::string name_space, std::string service)
    : registry_(registry), name_space_(std::move(name_space)), service_(std::move(service)) {}

void EmbeddedMetrics::put(std::string_view name, Unit unit, double value) {
  values_.push_back({std::string(name), unit, value});
}

void EmbeddedMetrics::put_growth() {
  for (const auto& [name, total] : registry_.counter_totals()) {
    // The runtime puts in its requests itself, by the class of their status.
    if (name == "voyages_http_requests_total") continue;
    auto& told = told_[name];
    if (total > told) values_.push_back({metric_name(name), Unit::count, static_cast<double>(total - told)});
    told = total;
  }
}

std::optional<std::string> EmbeddedMetrics::take_line(Time now, const std::vector<Property>& properties) {
  put_growth();
  auto values = std::exchange(values_, {});
  if (values.empty()) return std::nullopt;
  values.resize(std::min(values.size(), most_metrics), Value{{}, Unit::count, 0});

  auto line = fmt::format(R"({{"_aws":{{"Timestamp":{},"CloudWatchMetrics":[{{"Namespace":)", to_ms(now));
  append_json_string(line, name_space_);
  line += R"(,"Dimensions":[["service"]],"Metrics":[)";
  for (const auto& [name, unit, value] : values) {
    if (line.back() != '[') line += ',';
    line += R"({"Name":)";
    append_json_string(line, name);
    line += R"(,"Unit":")";
    line += to_string(unit);
    line += "\"}";
  }
  line += R"(]}]},"service":)";
  append_json_string(line, service_);
  for (const auto& [name, value] : properties) {
    line += ',';
    append_json_string(line, name);
    line += ':';
    append_json_string(line, value);
  }
  for (const auto& [name, unit, value] : values) {
    line += ',';
    append_json_string(line, name);
    fmt::format_to(std::back_inserter(line), ":{}", value);
  }
  line += '}';
  return line;
}

}  // namespace voyages::runtime::lambda
