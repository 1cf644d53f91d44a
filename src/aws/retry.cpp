#include "aws/retry.h"

#include <algorithm>
#include <initializer_list>

namespace voyages::aws {

namespace {

using std::chrono::milliseconds;

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

constexpr double longest_ms = 20'000;
constexpr milliseconds most_added_by_service{5000};

double first_span_ms(const Backoff& backoff) {
  if (backoff.failure == Failure::throttled) return 1000;
  return backoff.service_id == "DYNAMODB" ? 25 : 50;
}

}  // namespace

Failure classify(int status, std::string_view code) {
  if (is_one_of(code,
                {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
                 "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
                 "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled",
                 "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "429"})) {
    return Failure::throttled;
  }
  if (is_one_of(code, {"RequestTimeout", "RequestTimeoutException"})) return Failure::transient;
  return status == 500 || status == 502 || status == 503 || status == 504 ? Failure::transient : Failure::refused;
}

bool says_expired_credentials(std::string_view code) {
  return is_one_of(code, {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"});
}

bool may_mean_wrong_clock(std::string_view code) {
  return is_one_of(code, {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
                          "SignatureDoesNotMatch", "AuthFailure"});
}

milliseconds delay_before(const Backoff& backoff, double fraction) {
  double span_ms = first_span_ms(backoff);
  for (unsigned i = 1; i < backoff.retry && span_ms < longest_ms; ++i) span_ms *= 2;
  const milliseconds delay(static_cast<milliseconds::rep>(std::min(span_ms, longest_ms) * fraction));
  if (!backoff.wanted) return delay;
  return std::max(delay, std::min(*backoff.wanted, delay + most_added_by_service));
}

bool RetryQuota::acquire(int amount) {
  const std::scoped_lock lock(mutex_);
  if (left_ < amount) return false;
  left_ -= amount;
  return true;
}

void RetryQuota::release(int amount) {
  const std::scoped_lock lock(mutex_);
  left_ = std::min(left_ + amount, capacity);
}

}  // namespace voyages::aws
