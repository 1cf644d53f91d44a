#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

namespace voyages::aws {

/// Why a call failed, as far as that decides whether to ask again.
enum class Failure {
  refused,    // asking again would not help
  throttled,  // the service did nothing, for there was too much to do
  transient,  // the service broke, or may have
};

/// By botocore's standard mode.
Failure classify(int status, std::string_view code);
/// The temporary credentials have come to their end.
bool says_expired_credentials(std::string_view code);
/// What services say to a signature from another time, though some say it of a wrong key too.
bool may_mean_wrong_clock(std::string_view code);

/// Between two tries.
struct Backoff {
  std::string_view service_id;
  unsigned retry = 1;  // the first is 1
  Failure failure = Failure::transient;
  std::optional<std::chrono::milliseconds> wanted{};  // by the service: `x-amz-retry-after`
};

/// Full jitter: some part of a span that doubles with each retry up to 20 s. `fraction` is random, from 0 to 1.
std::chrono::milliseconds delay_before(const Backoff& backoff, double fraction);

/// What stops a client from tripling the load of a service that is down, one for each service: retries cost, successes
/// give back. Thread-safe.
class RetryQuota {
 public:
  static constexpr int capacity = 500;
  static constexpr int retry_cost = 5;
  static constexpr int timeout_retry_cost = 10;
  static constexpr int success_refund = 1;

  /// False when there is not that much left: then nothing is taken.
  bool acquire(int amount);
  void release(int amount);

 private:
  std::mutex mutex_;
  int left_ = capacity;
};

}  // namespace voyages::aws
