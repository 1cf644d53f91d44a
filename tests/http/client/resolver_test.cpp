#include "http/client/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace voyages::http::client {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::make_address;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

Deadline in(milliseconds time) { return steady_clock::now() + time; }

TEST(Resolver, FindsTheAddressesOfThisMachine) {
  SystemResolver resolver;
  for (const auto& found : resolver.resolve("localhost", in(milliseconds(5000)))) EXPECT_TRUE(found.is_loopback());
  EXPECT_THAT(resolver.resolve("192.0.2.7", in(milliseconds(5000))), ElementsAre(make_address("192.0.2.7")));
  // As inet_aton reads them, and with it every program of this machine.
  EXPECT_THAT(resolver.resolve("2130706433", in(milliseconds(5000))), ElementsAre(make_address("127.0.0.1")));
  EXPECT_THAT(resolver.resolve("0177.0.0.1", in(milliseconds(5000))), ElementsAre(make_address("127.0.0.1")));
}

TEST(Resolver, PassesOnWhyThereIsNoAddress) {
  SystemResolver resolver([](const std::string&) -> std::vector<address> { throw StreamFailed("nobody knows it"); });
  EXPECT_THROW((void)resolver.resolve("a.example", in(milliseconds(5000))), StreamFailed);
}

TEST(Resolver, EndsWithTheDeadlineHoweverManyNamesHangAndStartsFewThreads) {
  std::promise<void> end;
  std::atomic<int> running{0};
  SystemResolver resolver([&, ended = end.get_future().share()](const std::string&) {
    ++running;
    ended.wait();
    return std::vector<address>{make_address("192.0.2.1")};
  });
  const auto started = steady_clock::now();
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 40; ++i) {
      callers.emplace_back([&] {
        try {
          (void)resolver.resolve("silent.example", in(milliseconds(200)));
          ADD_FAILURE() << "it has no answer";
        } catch (const StreamFailed& error) {
          EXPECT_TRUE(error.timed_out());
        }
      });
    }
  }
  EXPECT_LT(steady_clock::now() - started, std::chrono::seconds(5));
  EXPECT_EQ(running, 8);
  end.set_value();
  // Those whose callers have left are not looked up any more.
  EXPECT_THAT(resolver.resolve("answers.example", in(milliseconds(5000))), ElementsAre(make_address("192.0.2.1")));
  EXPECT_EQ(running, 9);
}

}  // namespace
}  // namespace voyages::http::client
