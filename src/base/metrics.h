#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace voyages {

/// A number that only grows. Adding is one relaxed atomic operation.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Seconds, in fixed buckets from 0.5 ms to 10 s.
class Histogram {
 public:
  static constexpr double bounds_s[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

  void observe(double seconds);
  [[nodiscard]] std::vector<std::uint64_t> cumulative() const;  // a count per bound, then +Inf
  [[nodiscard]] double sum_s() const { return static_cast<double>(sum_us_.load(std::memory_order_relaxed)) / 1e6; }

 private:
  std::atomic<std::uint64_t> buckets_[std::size(bounds_s) + 1]{};
  std::atomic<std::uint64_t> sum_us_{0};
};

/// Everything the process counts, in the Prometheus text format 0.0.4. References stay valid as long as the registry.
class Metrics {
 public:
  /// `labels` as they are printed: `route="/auth/login",status="200"`; bounded sets only, never user input.
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});
  /// A value read when somebody looks.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read, std::string_view labels = {});
  [[nodiscard]] std::string to_prometheus() const;
  /// What the counters of one name have come to, all labels together.
  struct Total {
    std::string_view name;  // valid as long as the registry
    std::uint64_t value;
  };
  /// One entry a name, in order.
  [[nodiscard]] std::vector<Total> counter_totals() const;

 private:
  struct Family {
    std::string help;
    std::string_view type;
    // By label text. A map never moves what it holds, so references stay valid.
    std::map<std::string, std::variant<std::unique_ptr<Counter>, std::unique_ptr<Histogram>, std::function<double()>>>
        series;
  };
  Family& family(std::string_view name, std::string_view help, std::string_view type);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace voyages
