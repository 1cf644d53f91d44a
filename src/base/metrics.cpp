#include "base/metrics.h"

#include <fmt/format.h>

namespace voyages {

void Histogram::observe(double seconds) {
  std::size_t bucket = 0;
  while (bucket < std::size(bounds_s) && seconds > bounds_s[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(static_cast<std::uint64_t>(seconds * 1e6), std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::cumulative() const {
  std::vector<std::uint64_t> counts;
  std::uint64_t total = 0;
  for (const auto& bucket : buckets_) counts.push_back(total += bucket.load(std::memory_order_relaxed));
  return counts;
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, std::string_view type) {
  const auto found = families_.find(name);
  if (found != families_.end()) return found->second;
  return families_.emplace(std::string(name), Family{std::string(help), type, {}}).first->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  auto& series = family(name, help, "counter").series;
  auto found = series.find(std::string(labels));
  if (found == series.end()) found = series.emplace(std::string(labels), std::make_unique<Counter>()).first;
  return *std::get<std::unique_ptr<Counter>>(found->second);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  auto& series = family(name, help, "histogram").series;
  auto found = series.find(std::string(labels));
  if (found == series.end()) found = series.emplace(std::string(labels), std::make_unique<Histogram>()).first;
  return *std::get<std::unique_ptr<Histogram>>(found->second);
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                    std::string_view labels) {
  const std::scoped_lock lock(mutex_);
  family(name, help, "gauge").series.insert_or_assign(std::string(labels), std::move(read));
}

namespace {

void append_series(std::string& out, std::string_view name, std::string_view labels, double value) {
  const auto to = std::back_inserter(out);
  if (labels.empty()) {
    fmt::format_to(to, "{} {}\n", name, value);
  } else {
    fmt::format_to(to, "{}{{{}}} {}\n", name, labels, value);
  }
}

void append_histogram(std::string& out, std::string_view name, std::string_view labels, const Histogram& histogram) {
  const auto counts = histogram.cumulative();
  const auto comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto bound = i < std::size(Histogram::bounds_s) ? fmt::format("{}", Histogram::bounds_s[i]) : "+Inf";
    append_series(out, fmt::format("{}_bucket", name), fmt::format("{}{}le=\"{}\"", labels, comma, bound),
                  static_cast<double>(counts[i]));
  }
  append_series(out, fmt::format("{}_sum", name), labels, histogram.sum_s());
  append_series(out, fmt::format("{}_count", name), labels, static_cast<double>(counts.back()));
}

}  // namespace

std::string Metrics::to_prometheus() const {
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
    for (const auto& [labels, series] : family.series) {
      if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&series)) {
        append_series(out, name, labels, static_cast<double>((*counter)->value()));
      } else if (const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&series)) {
        append_histogram(out, name, labels, **histogram);
      } else {
        append_series(out, name, labels, std::get<std::function<double()>>(series)());
      }
    }
  }
  return out;
}

std::vector<Metrics::Total> Metrics::counter_totals() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Total> totals;
  for (const auto& [name, family] : families_) {
    if (family.type != "counter") continue;
    std::uint64_t total = 0;
    for (const auto& [labels, series] : family.series) {
      total += std::get<std::unique_ptr<Counter>>(series)->value();
    }
    totals.push_back({name, total});
  }
  return totals;
}

}  // namespace voyages
