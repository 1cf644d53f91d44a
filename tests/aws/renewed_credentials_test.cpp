#include "aws/renewed_credentials.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <thread>

#include "base/unavailable.h"
#include "tests/support/manual_clock.h"

namespace voyages::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A place whose credentials a test decides.
struct Place {
  std::atomic<int> asked = 0;
  std::atomic<bool> broken = false;
  bool empty = false;
  std::optional<std::chrono::milliseconds> lifetime = hours(1);
  std::function<void()> while_asked = [] {};
};

class PlaceProvider final : public CredentialsProvider {
 public:
  PlaceProvider(Place& place, const Clock& clock) : place_(place), clock_(clock) {}
  [[nodiscard]] std::string_view name() const override { return "the test"; }
  std::optional<Credentials> load() override {
    const int number = ++place_.asked;
    place_.while_asked();
    if (place_.broken) throw Unavailable("broken");
    if (place_.empty) return std::nullopt;
    Credentials credentials{std::to_string(number), Secret(std::string_view("secret")), {}, {}};
    if (place_.lifetime) credentials.expires_at = clock_.now() + *place_.lifetime;
    return credentials;
  }

 private:
  Place& place_;
  const Clock& clock_;
};

class RenewedCredentialsTest : public testing::Test {
 protected:
  RenewedCredentials make() {
    RenewedCredentials::Providers providers;
    providers.push_back(std::make_unique<PlaceProvider>(first_, clock_));
    providers.push_back(std::make_unique<PlaceProvider>(second_, clock_));
    return {std::move(providers), clock_, log_};
  }

  tests::ManualClock clock_;
  Logger log_{LogLevel::off, STDERR_FILENO};
  Place first_;
  Place second_;
};

TEST_F(RenewedCredentialsTest, AsksOnceForKeysThatNeverExpire) {
  first_.lifetime = {};
  auto credentials = make();
  EXPECT_EQ(first_.asked, 0);
  EXPECT_EQ(credentials.get().access_key_id, "1");
  clock_.advance(hours(10'000));
  EXPECT_EQ(credentials.get().access_key_id, "1");
  EXPECT_EQ(first_.asked, 1);
}

TEST_F(RenewedCredentialsTest, RenewsAQuarterOfAnHourBeforeTheyExpire) {
  auto credentials = make();
  credentials.get();
  clock_.advance(minutes(45) - seconds(1));
  EXPECT_EQ(credentials.get().access_key_id, "1");
  clock_.advance(seconds(1));
  EXPECT_EQ(credentials.get().access_key_id, "2");
  EXPECT_EQ(first_.asked, 2);
}

TEST_F(RenewedCredentialsTest, UsesTheOldOnesUntilTheyExpireWhenThePlaceFails) {
  auto credentials = make();
  credentials.get();
  first_.broken = true;
  clock_.advance(minutes(46));
  EXPECT_EQ(credentials.get().access_key_id, "1");
  EXPECT_EQ(credentials.get().access_key_id, "1");
  EXPECT_EQ(first_.asked, 2);  // not by every request
  clock_.advance(minutes(13));
  EXPECT_EQ(credentials.get().access_key_id, "1");
  EXPECT_EQ(first_.asked, 3);
  clock_.advance(minutes(1));
  EXPECT_THROW(credentials.get(), Unavailable);
  first_.broken = false;
  clock_.advance(seconds(5));
  EXPECT_EQ(credentials.get().access_key_id, "5");
}

TEST_F(RenewedCredentialsTest, AsksAPlaceThatFailsOnceInFiveSecondsAlsoWhenNothingIsLeft) {
  auto credentials = make();
  first_.broken = true;
  for (int i = 0; i < 10; ++i) EXPECT_THROW(credentials.get(), Unavailable);
  EXPECT_EQ(first_.asked, 1);
  clock_.advance(seconds(5));
  EXPECT_THROW(credentials.get(), Unavailable);
  EXPECT_EQ(first_.asked, 2);
}

TEST_F(RenewedCredentialsTest, AsksAnewWhenAServiceRefusedThem) {
  auto credentials = make();
  credentials.get();
  credentials.expire();
  first_.broken = true;
  EXPECT_THROW(credentials.get(), Unavailable);
  first_.broken = false;
  clock_.advance(seconds(5));
  EXPECT_EQ(credentials.get().access_key_id, "3");
  EXPECT_EQ(credentials.get().access_key_id, "3");
}

TEST_F(RenewedCredentialsTest, DoesNotAskAgainAtOnceAPlaceThatGivesOutShortLivedOnes) {
  first_.lifetime = minutes(5);
  auto credentials = make();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(credentials.get().access_key_id, "1");
  clock_.advance(seconds(31));
  EXPECT_EQ(credentials.get().access_key_id, "2");
}

TEST_F(RenewedCredentialsTest, StaysWithThePlaceThatHadSome) {
  first_.empty = true;
  auto credentials = make();
  EXPECT_EQ(credentials.get().access_key_id, "1");
  first_.empty = false;
  clock_.advance(hours(2));
  credentials.get();
  EXPECT_EQ(first_.asked, 1);
  EXPECT_EQ(second_.asked, 2);
  second_.empty = true;
  clock_.advance(hours(2));
  try {
    credentials.get();
    FAIL() << "there are none";
  } catch (const Unavailable& error) {
    EXPECT_STREQ(error.what(), "the test gave out AWS credentials before, and now has none or does not answer");
  }
}

TEST_F(RenewedCredentialsTest, PassesOverNoPlaceThatIsBroken) {
  first_.broken = true;
  auto credentials = make();
  EXPECT_THROW(credentials.get(), Unavailable);
  EXPECT_EQ(second_.asked, 0);
}

TEST_F(RenewedCredentialsTest, LetsOneThreadAskWhileTheOthersGoOn) {
  auto credentials = make();
  credentials.get();
  clock_.advance(minutes(46));
  std::latch asked(1);
  std::latch go_on(1);
  first_.while_asked = [&] {
    asked.count_down();
    go_on.wait();
  };
  std::jthread renewing([&] { EXPECT_EQ(credentials.get().access_key_id, "2"); });
  asked.wait();
  EXPECT_EQ(credentials.get().access_key_id, "1");
  go_on.count_down();
  renewing.join();
  EXPECT_EQ(credentials.get().access_key_id, "2");
  EXPECT_EQ(first_.asked, 2);
}

TEST_F(RenewedCredentialsTest, AsksOnceForAllThreadsThatWait) {
  auto credentials = make();
  first_.while_asked = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_EQ(credentials.get().access_key_id, "1"); });
  }
  EXPECT_EQ(first_.asked, 1);
}

}  // namespace
}  // namespace voyages::aws
