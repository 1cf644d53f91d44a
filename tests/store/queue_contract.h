#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/queue.h"
#include "tests/support/manual_clock.h"

namespace voyages::store::tests {

using voyages::tests::ManualClock;

/// The three ports to one queue.
struct QueuePorts {
  Queue& queue;
  QueueConsumer& consumer;
  DeadLetters& dead_letters;
};

/// What every adapter of the queue does. `Factory` is default-constructible; its `make(const Clock&, max_attempts)`
/// returns the `QueuePorts` of an empty queue, which lives as long as the factory.
template <class Factory>
class QueueContract : public ::testing::Test {
 protected:
  std::vector<Delivery> receive(std::size_t limit = 10) { return ports.consumer.receive(limit, visibility); }
  std::vector<std::string> bodies(std::size_t limit = 10) {
    std::vector<std::string> found;
    for (const auto& delivery : receive(limit)) found.push_back(delivery.message.body);
    return found;
  }
  std::string send(std::string_view body, std::chrono::seconds delay = {}) {
    return ports.queue.send("test.kind", body, delay);
  }

  static constexpr std::chrono::seconds visibility{30};
  static constexpr std::uint32_t max_attempts = 3;
  ManualClock clock;
  Factory factory;
  QueuePorts ports = factory.make(clock, max_attempts);
};

TYPED_TEST_SUITE_P(QueueContract);

TYPED_TEST_P(QueueContract, DeliversWhatWasSentOnce) {
  EXPECT_TRUE(this->receive().empty());
  const auto id = this->send(R"({"to":"ada"})");
  const auto deliveries = this->receive();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.id, id);
  EXPECT_EQ(deliveries[0].message.kind, "test.kind");
  EXPECT_EQ(deliveries[0].message.body, R"({"to":"ada"})");
  EXPECT_EQ(deliveries[0].message.attempt, 1U);
  EXPECT_EQ(deliveries[0].message.enqueued_at, this->clock.now());
  EXPECT_TRUE(this->receive().empty());
  EXPECT_TRUE(this->ports.consumer.acknowledge(deliveries[0].receipt));
  EXPECT_FALSE(this->ports.consumer.acknowledge(deliveries[0].receipt));
  this->clock.advance(this->visibility * 2);
  EXPECT_TRUE(this->receive().empty());
}

TYPED_TEST_P(QueueContract, DeliversInTheOrderOfDueTimesAndNoMoreThanAskedFor) {
  this->send("later", std::chrono::seconds{5});
  this->send("first");
  this->clock.advance(std::chrono::seconds{1});
  this->send("second");
  this->clock.advance(std::chrono::seconds{10});
  EXPECT_TRUE(this->bodies(0).empty());
  EXPECT_EQ(this->bodies(2), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(this->bodies(2), (std::vector<std::string>{"later"}));
}

TYPED_TEST_P(QueueContract, WaitsForTheDelay) {
  this->send("x", std::chrono::seconds{10});
  this->clock.advance(std::chrono::milliseconds{9'999});
  EXPECT_TRUE(this->receive().empty());
  this->clock.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(this->receive().size(), 1U);
}

TYPED_TEST_P(QueueContract, DeliversAgainWhenTheVisibilityHasPassed) {
  this->send("x");
  const auto first = this->receive();
  this->clock.advance(this->visibility);
  const auto second = this->receive();
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message.id, first[0].message.id);
  EXPECT_EQ(second[0].message.attempt, 2U);
  EXPECT_FALSE(this->ports.consumer.acknowledge(first[0].receipt));
  EXPECT_FALSE(this->ports.consumer.release(first[0].receipt, {}, "late"));
  EXPECT_TRUE(this->ports.consumer.acknowledge(second[0].receipt));
}

TYPED_TEST_P(QueueContract, DeliversAReleasedMessageAfterItsDelay) {
  this->send("x");
  const auto first = this->receive();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(this->ports.consumer.release(first[0].receipt, std::chrono::seconds{5}, "mail server is down"));
  EXPECT_FALSE(this->ports.consumer.acknowledge(first[0].receipt));
  EXPECT_TRUE(this->receive().empty());
  this->clock.advance(std::chrono::seconds{5});
  const auto second = this->receive();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message.attempt, 2U);
}

TYPED_TEST_P(QueueContract, BuriesAMessageAfterItsLastAttemptAndRetriesItAnew) {
  const auto id = this->send("x");
  for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
    const auto deliveries = this->receive();
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(deliveries[0].message.attempt, attempt);
    EXPECT_TRUE(this->ports.dead_letters.list(10).empty());
    EXPECT_TRUE(this->ports.consumer.release(deliveries[0].receipt, {}, "refused " + std::to_string(attempt)));
  }
  EXPECT_TRUE(this->receive().empty());
  const auto dead = this->ports.dead_letters.list(10);
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].message.id, id);
  EXPECT_EQ(dead[0].message.kind, "test.kind");
  EXPECT_EQ(dead[0].message.body, "x");
  EXPECT_EQ(dead[0].message.attempt, this->max_attempts);
  EXPECT_EQ(dead[0].reason, "refused 3");
  EXPECT_EQ(dead[0].died_at, this->clock.now());

  EXPECT_FALSE(this->ports.dead_letters.retry("no such id"));
  EXPECT_TRUE(this->ports.dead_letters.retry(id));
  EXPECT_FALSE(this->ports.dead_letters.retry(id));
  EXPECT_TRUE(this->ports.dead_letters.list(10).empty());
  const auto again = this->receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].message.attempt, 1U);
}

TYPED_TEST_P(QueueContract, BuriesAMessageWhoseWorkersAllVanish) {
  const auto id = this->send("x");
  for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
    EXPECT_EQ(this->receive().size(), 1U);
    this->clock.advance(this->visibility);
  }
  EXPECT_TRUE(this->receive().empty());
  ASSERT_EQ(this->ports.dead_letters.list(10).size(), 1U);
  EXPECT_EQ(this->ports.dead_letters.list(10)[0].message.id, id);
}

TYPED_TEST_P(QueueContract, ListsTheNewestDeadLettersFirst) {
  for (const auto* body : {"1", "2", "3"}) {
    this->send(body);
    for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
      for (const auto& delivery : this->receive()) this->ports.consumer.release(delivery.receipt, {}, "no");
    }
    this->clock.advance(std::chrono::seconds{1});
  }
  const auto dead = this->ports.dead_letters.list(2);
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].message.body, "3");
  EXPECT_EQ(dead[1].message.body, "2");
}

TYPED_TEST_P(QueueContract, RefusesWhatNoAdapterTakes) {
  auto& queue = this->ports.queue;
  EXPECT_NO_THROW(queue.send("k", std::string(256UL * 1024, 'x')));
  EXPECT_THROW(queue.send("k", std::string((256UL * 1024) + 1, 'x')), std::invalid_argument);
  EXPECT_THROW(queue.send("k", "\xFF"), std::invalid_argument);
  EXPECT_THROW(queue.send("", "x"), std::invalid_argument);
  EXPECT_THROW(queue.send("a b", "x"), std::invalid_argument);
  EXPECT_THROW(queue.send(std::string(65, 'k'), "x"), std::invalid_argument);
  EXPECT_EQ(this->receive().size(), 1U);
}

TYPED_TEST_P(QueueContract, KnowsNoForeignReceipt) {
  this->send("x");
  const auto delivery = this->receive().at(0);
  for (const auto& receipt : {std::string(), std::string("x"), delivery.message.id, delivery.message.id + ".",
                              delivery.message.id + ".00", delivery.receipt + "0"}) {
    EXPECT_FALSE(this->ports.consumer.acknowledge(receipt)) << receipt;
    EXPECT_FALSE(this->ports.consumer.release(receipt, {}, "")) << receipt;
  }
}

TYPED_TEST_P(QueueContract, HandsEachMessageToOneOfManyWorkers) {
  for (int i = 0; i < 200; ++i) this->send(std::to_string(i));
  std::mutex mutex;
  std::multiset<std::string> seen;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        for (auto batch = this->receive(7); !batch.empty(); batch = this->receive(7)) {
          for (const auto& delivery : batch) {
            EXPECT_TRUE(this->ports.consumer.acknowledge(delivery.receipt));
            const std::scoped_lock lock(mutex);
            seen.insert(delivery.message.body);
          }
        }
      });
    }
  }
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end()).size()), 200U);
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, DeliversWhatWasSentOnce, DeliversInTheOrderOfDueTimesAndNoMoreThanAskedFor,
                            WaitsForTheDelay, DeliversAgainWhenTheVisibilityHasPassed,
                            DeliversAReleasedMessageAfterItsDelay, BuriesAMessageAfterItsLastAttemptAndRetriesItAnew,
                            BuriesAMessageWhoseWorkersAllVanish, ListsTheNewestDeadLettersFirst,
                            RefusesWhatNoAdapterTakes, KnowsNoForeignReceipt, HandsEachMessageToOneOfManyWorkers);

}  // namespace voyages::store::tests
