#include "aws/retry.h"

#include <gtest/gtest.h>

#include "aws/checked_clock.h"
#include "base/http_date.h"
#include "tests/support/manual_clock.h"

namespace voyages::aws {
namespace {

using std::chrono::milliseconds;

TEST(Retry, KnowsWhatMayPass) {
  for (const auto* code : {"ThrottlingException", "ProvisionedThroughputExceededException", "SlowDown",
                           "RequestLimitExceeded", "TransactionInProgressException", "PriorRequestNotComplete"}) {
    EXPECT_EQ(classify(400, code), Failure::throttled) << code;
  }
  EXPECT_EQ(classify(503, "SlowDown"), Failure::throttled);
  EXPECT_EQ(classify(429, "429"), Failure::throttled);
  for (const int status : {500, 502, 503, 504}) EXPECT_EQ(classify(status, "Whatever"), Failure::transient);
  EXPECT_EQ(classify(400, "RequestTimeout"), Failure::transient);
  for (const auto* code : {"ConditionalCheckFailedException", "ValidationException", "AccessDeniedException",
                           "TransactionCanceledException", "ResourceNotFoundException", "", "400"}) {
    EXPECT_EQ(classify(400, code), Failure::refused) << code;
  }
  EXPECT_EQ(classify(501, "NotImplemented"), Failure::refused);
  EXPECT_EQ(classify(301, "PermanentRedirect"), Failure::refused);
}

TEST(Retry, WaitsLongerEachTimeUpToTwentySeconds) {
  const auto longest = [](unsigned retry, std::string_view service, Failure failure) {
    return delay_before({service, retry, failure}, 1.0).count();
  };
  EXPECT_EQ(longest(1, "DYNAMODB", Failure::transient), 25);
  EXPECT_EQ(longest(2, "DYNAMODB", Failure::transient), 50);
  EXPECT_EQ(longest(1, "SQS", Failure::transient), 50);
  EXPECT_EQ(longest(3, "SQS", Failure::transient), 200);
  EXPECT_EQ(longest(1, "DYNAMODB", Failure::throttled), 1000);
  EXPECT_EQ(longest(4, "SQS", Failure::throttled), 8000);
  EXPECT_EQ(longest(6, "SQS", Failure::throttled), 20'000);
  EXPECT_EQ(longest(4'000'000'000U, "SQS", Failure::transient), 20'000);
}

TEST(Retry, TakesAnyPartOfTheSpan) {
  EXPECT_EQ(delay_before({"SQS", 2, Failure::transient}, 0.0), milliseconds(0));
  EXPECT_EQ(delay_before({"SQS", 2, Failure::transient}, 0.5), milliseconds(50));
}

TEST(Retry, WaitsAsTheServiceWantsWithinReason) {
  EXPECT_EQ(delay_before({"SQS", 1, Failure::transient, milliseconds(700)}, 0.5), milliseconds(700));
  EXPECT_EQ(delay_before({"SQS", 1, Failure::transient, milliseconds(0)}, 0.5), milliseconds(25));
  EXPECT_EQ(delay_before({"SQS", 1, Failure::transient, milliseconds(600'000)}, 0.5), milliseconds(5025));
}

TEST(RetryQuota, GivesOutAHundredRetriesAndTakesBackNoMoreThanItHad) {
  RetryQuota quota;
  quota.release(1000);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(quota.acquire(RetryQuota::retry_cost));
  EXPECT_FALSE(quota.acquire(1));
  quota.release(5);
  EXPECT_FALSE(quota.acquire(RetryQuota::timeout_retry_cost));
  EXPECT_TRUE(quota.acquire(RetryQuota::retry_cost));
}

TEST(HttpDate, IsReadInOneFormAlone) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), parse_rfc3339("1994-11-06T08:49:37Z"));
  for (const auto* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:3x GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(CheckedClock, ForgivesFourMinutes) {
  const tests::ManualClock machine(*parse_rfc3339("2027-01-15T08:00:00Z"));
  CheckedClock clock(machine);
  EXPECT_FALSE(clock.correct_by("Fri, 15 Jan 2027 08:04:00 GMT"));
  EXPECT_FALSE(clock.correct_by("Fri, 15 Jan 2027 07:56:00 GMT"));
  EXPECT_FALSE(clock.correct_by("yesterday"));
  EXPECT_EQ(clock.now(), machine.now());
  EXPECT_EQ(clock.correct_by("Fri, 15 Jan 2027 08:04:01 GMT"), std::chrono::seconds(-241));
  EXPECT_EQ(clock.now(), machine.now() + std::chrono::seconds(241));
  EXPECT_EQ(clock.ahead_by(), std::chrono::seconds(-241));
  // Once corrected, the same time says nothing new.
  EXPECT_FALSE(clock.correct_by("Fri, 15 Jan 2027 08:04:01 GMT"));
}

}  // namespace
}  // namespace voyages::aws
