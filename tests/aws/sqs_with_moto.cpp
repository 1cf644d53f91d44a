#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <optional>
#include <thread>

#include "aws/sqs/queue.h"
#include "tests/aws/moto.h"
#include "tests/store/queue_contract.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using aws::sqs::SqsQueue;
using namespace std::chrono_literals;

/// The real time, which a test moves by waiting for it.
class WaitingClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return clock_.now(); }
  // A little longer, for the queue rounds.
  void advance(std::chrono::milliseconds by) {
    if (by > 0ms) std::this_thread::sleep_for(by + 50ms);
  }

 private:
  SystemClock clock_;
};

std::string create_queue(MotoClient& client, const std::string& name, const json::object& attributes = {}) {
  const auto response = client.json(aws::service::sqs, "AmazonSQS.CreateQueue",
                                    json::serialize(json::object{{"QueueName", name}, {"Attributes", attributes}}));
  return std::string(json::parse(response.body).at("QueueUrl").as_string());
}

/// One queue for each class of work.
struct QueuePair {
  explicit QueuePair(MotoClient& client) {
    const auto name = fresh_name("queue");
    url = create_queue(client, name);
    slow_url = create_queue(client, name + "-slow");
  }
  std::string url;
  std::string slow_url;
};

class SqsQueueFactory {
 public:
  using TestClock = WaitingClock;
  static constexpr std::chrono::milliseconds clock_error{1000};
  static constexpr std::chrono::milliseconds time_step{2000};  // of one second, and room for a busy machine
  static constexpr std::chrono::seconds visibility{3};
  static constexpr std::chrono::seconds delay{3};

  store::tests::QueuePorts make(const Clock&) {
    const QueuePair pair(client_);
    auto& queue = queue_.emplace(client_.get(), aws::sqs::QueueOptions{pair.url, 0s, pair.slow_url});
    return {queue, queue};
  }

 private:
  MotoClient client_;
  std::optional<SqsQueue> queue_;
};

}  // namespace
}  // namespace voyages::tests

namespace voyages::store::tests {
INSTANTIATE_TYPED_TEST_SUITE_P(Sqs, QueueContract, voyages::tests::SqsQueueFactory);
}  // namespace voyages::store::tests

namespace voyages::tests {
namespace {

TEST(SqsWithMoto, WaitsForAMessage) {
  MotoClient client;
  const QueuePair pair(client);
  SqsQueue queue(client.get(), {pair.url, 20s});
  std::jthread sender([&] {
    std::this_thread::sleep_for(300ms);
    queue.send("test.kind", "late");
  });
  const auto deliveries = queue.receive({}, 1, 30s);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.body, "late");
}

TEST(SqsWithMoto, LeavesSlowWorkInTheOneQueueThatThereIs) {
  MotoClient client;
  const QueuePair pair(client);
  SqsQueue queue(client.get(), {pair.url, 0s});
  queue.send("test.kind", "slow", {.work_class = store::WorkClass::slow});
  const auto deliveries = queue.receive({}, 1, 30s);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.body, "slow");
}

TEST(SqsWithMoto, TellsWhichQueueIsMissing) {
  MotoClient client;
  SqsQueue queue(client.get(), {"https://sqs.eu-central-1.amazonaws.com/123456789012/" + fresh_name("none"), 0s});
  EXPECT_THROW(queue.send("k", "x"), aws::Refused);
  EXPECT_THROW(queue.receive({}, 1, 30s), aws::Refused);
  EXPECT_THROW(queue.acknowledge("qx"), aws::Refused);
}

TEST(SqsWithMoto, IsRefusedWithAWrongSecret) {
  MotoClient client;
  const QueuePair pair(client);
  MotoClient stranger("not the secret");
  try {
    SqsQueue(stranger.get(), {pair.url, 0s}).send("k", "x");
    FAIL() << "a signature by another secret was accepted";
  } catch (const aws::Refused& refused) {
    EXPECT_EQ(refused.code, "SignatureDoesNotMatch");
  }
}

}  // namespace
}  // namespace voyages::tests
