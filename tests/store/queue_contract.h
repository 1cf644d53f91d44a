#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/queue.h"

namespace voyages::store::tests {

/// The ports to one queue.
struct QueuePorts {
  Queue& queue;
  QueueConsumer& consumer;
};

/// What every adapter of the queue does. `Factory` is default-constructible and has
/// - `TestClock`: a `Clock` that a test moves by `advance`, be it by waiting; `clock_error`: how far the queue's own
///   clock may be from it, and `time_step`: the shortest time that the queue tells apart;
/// - `visibility` and `delay`: how long this suite hides and delays messages;
/// - `make(const Clock&)`: the `QueuePorts` of an empty queue, which lives as long as the factory.
template <class Factory>
class QueueContract : public ::testing::Test {
 protected:
  std::vector<Delivery> receive(std::size_t limit = 10, WorkClass work_class = WorkClass::quick) {
    return ports.consumer.receive({.work_class = work_class}, limit, visibility);
  }
  std::vector<std::string> bodies(std::size_t limit = 10) {
    std::vector<std::string> found;
    for (const auto& delivery : receive(limit)) found.push_back(delivery.message.body);
    return found;
  }
  std::string send(std::string_view body, std::chrono::seconds after = {}) {
    return ports.queue.send("test.kind", body, {.delay = after});
  }
  /// Sends 200 messages, lets four workers do them, and returns what was delivered.
  std::multiset<std::string> hand_to_four_workers() {
    for (int i = 0; i < 200; ++i) send(std::to_string(i));
    std::mutex mutex;
    std::multiset<std::string> seen;
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        for (auto batch = receive(7); !batch.empty(); batch = receive(7)) {
          for (const auto& delivery : batch) {
            EXPECT_TRUE(ports.consumer.acknowledge(delivery.receipt));
            const std::scoped_lock lock(mutex);
            seen.insert(delivery.message.body);
          }
        }
      });
    }
    workers.clear();
    return seen;
  }

  static constexpr std::chrono::seconds visibility = Factory::visibility;
  static constexpr std::chrono::seconds delay = Factory::delay;
  typename Factory::TestClock clock;
  Factory factory;
  QueuePorts ports = factory.make(clock);
};

TYPED_TEST_SUITE_P(QueueContract);

TYPED_TEST_P(QueueContract, DeliversWhatWasSentOnce) {
  const std::string body = "{\"to\":\"ad\xC3\xA1\",\t\"\xF0\x9F\x9A\xA2\": 1}\r\n";
  EXPECT_TRUE(this->receive().empty());
  const auto sent_at = this->clock.now();
  const auto id = this->send(body);
  const auto deliveries = this->receive();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].message.id, id);
  EXPECT_EQ(deliveries[0].message.kind, "test.kind");
  EXPECT_EQ(deliveries[0].message.body, body);
  EXPECT_EQ(deliveries[0].message.attempt, 1U);
  EXPECT_LE(std::chrono::abs(deliveries[0].message.enqueued_at - sent_at), TypeParam::clock_error);
  EXPECT_TRUE(this->receive().empty());
  EXPECT_TRUE(this->ports.consumer.acknowledge(deliveries[0].receipt));
  this->clock.advance(this->visibility * 2);
  EXPECT_TRUE(this->receive().empty());
}

TYPED_TEST_P(QueueContract, DeliversNoMoreThanAskedFor) {
  for (int i = 0; i < 23; ++i) this->send(std::to_string(i));
  EXPECT_TRUE(this->bodies(0).empty());
  EXPECT_EQ(this->bodies(2).size(), 2U);
  EXPECT_EQ(this->bodies(15).size(), 15U);
  EXPECT_EQ(this->bodies(50).size(), 6U);
}

TYPED_TEST_P(QueueContract, WaitsForTheDelay) {
  this->send("x", this->delay);
  this->clock.advance(this->delay - TypeParam::time_step);
  EXPECT_TRUE(this->receive().empty());
  this->clock.advance(TypeParam::time_step);
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
  EXPECT_TRUE(this->ports.consumer.acknowledge(second[0].receipt));
}

TYPED_TEST_P(QueueContract, DeliversAReleasedMessageAfterItsDelay) {
  this->send("x");
  const auto first = this->receive();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(this->ports.consumer.release(first[0].receipt, this->delay, "mail server is down"));
  EXPECT_TRUE(this->receive().empty());
  this->clock.advance(this->delay);
  const auto second = this->receive();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message.attempt, 2U);
}

TYPED_TEST_P(QueueContract, HidesAMessageForLongerWhileItsWorkGoesOn) {
  this->send("x");
  const auto first = this->receive();
  ASSERT_EQ(first.size(), 1U);
  this->clock.advance(this->visibility - TypeParam::time_step);
  EXPECT_TRUE(this->ports.consumer.extend(first[0].receipt, this->visibility));
  this->clock.advance(TypeParam::time_step);
  EXPECT_TRUE(this->receive().empty());
  EXPECT_TRUE(this->ports.consumer.acknowledge(first[0].receipt));
  this->clock.advance(this->visibility);
  EXPECT_TRUE(this->receive().empty());
}

TYPED_TEST_P(QueueContract, KeepsTheClassesOfWorkApart) {
  this->send("quick");
  this->ports.queue.send("test.kind", "slow", {.work_class = WorkClass::slow});
  const auto slow = this->receive(10, WorkClass::slow);
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_EQ(slow[0].message.body, "slow");
  EXPECT_TRUE(this->ports.consumer.extend(slow[0].receipt, this->visibility));
  EXPECT_TRUE(this->ports.consumer.release(slow[0].receipt, {}, "no"));
  EXPECT_EQ(this->bodies(), std::vector<std::string>{"quick"});
  const auto again = this->receive(10, WorkClass::slow);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].message.attempt, 2U);
  EXPECT_TRUE(this->ports.consumer.acknowledge(again[0].receipt));
}

TYPED_TEST_P(QueueContract, DeliversAllThatWereSentTogether) {
  std::vector<NewMessage> messages;
  for (int i = 0; i < 23; ++i) messages.push_back({"test.kind", std::to_string(i)});
  messages.push_back({"test.kind", std::string(150'000, 'x')});
  messages.push_back({"test.kind", std::string(150'000, 'y')});
  messages.push_back({"slow.kind", "slow", {.work_class = WorkClass::slow}});
  this->ports.queue.send_all(messages);
  this->ports.queue.send_all({});
  const auto slow = this->receive(10, WorkClass::slow);
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_EQ(slow[0].message.kind, "slow.kind");
  std::set<std::string> bodies;
  for (auto batch = this->receive(); !batch.empty(); batch = this->receive()) {
    for (const auto& delivery : batch) {
      bodies.insert(delivery.message.body);
      EXPECT_TRUE(this->ports.consumer.acknowledge(delivery.receipt));
    }
  }
  EXPECT_EQ(bodies.size(), 25U);
}

TYPED_TEST_P(QueueContract, RefusesWhatNoAdapterTakes) {
  auto& queue = this->ports.queue;
  EXPECT_NO_THROW(queue.send("k", std::string(256UL * 1024, 'x')));
  EXPECT_THROW(queue.send("k", std::string((256UL * 1024) + 1, 'x')), std::invalid_argument);
  EXPECT_THROW(queue.send("k", ""), std::invalid_argument);
  for (const auto* body : {"\xFF", "a\x01", "\x1F", "\xEF\xBF\xBE", "a\xEF\xBF\xBF"}) {
    EXPECT_THROW(queue.send("k", body), std::invalid_argument) << body;
  }
  EXPECT_THROW(queue.send("k", std::string(1, '\0')), std::invalid_argument);
  EXPECT_THROW(queue.send("", "x"), std::invalid_argument);
  EXPECT_THROW(queue.send("a b", "x"), std::invalid_argument);
  EXPECT_THROW(queue.send(std::string(65, 'k'), "x"), std::invalid_argument);
  EXPECT_THROW(queue.send("k", "x", {.delay = std::chrono::seconds{-1}}), std::invalid_argument);
  EXPECT_THROW(queue.send("k", "x", {.delay = longest_delay + std::chrono::seconds{1}}), std::invalid_argument);
  EXPECT_EQ(this->receive().size(), 1U);
  EXPECT_NO_THROW(queue.send("k", "x", {.delay = longest_delay}));
}

TYPED_TEST_P(QueueContract, KnowsNoForeignReceipt) {
  this->send("x");
  const auto delivery = this->receive().at(0);
  for (const auto& receipt :
       {std::string(), std::string("x"), delivery.message.id, delivery.message.id + ".", delivery.message.id + ".00",
        delivery.receipt + "0", std::string("\xFF"), std::string(2000, 'x')}) {
    EXPECT_FALSE(this->ports.consumer.acknowledge(receipt)) << receipt;
    EXPECT_FALSE(this->ports.consumer.release(receipt, {}, "")) << receipt;
    EXPECT_FALSE(this->ports.consumer.extend(receipt, this->visibility)) << receipt;
  }
}

TYPED_TEST_P(QueueContract, DeliversEveryMessageToOneOfManyWorkers) {
  const auto seen = this->hand_to_four_workers();
  EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end()).size()), 200U);
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, DeliversWhatWasSentOnce, DeliversNoMoreThanAskedFor, WaitsForTheDelay,
                            DeliversAgainWhenTheVisibilityHasPassed, DeliversAReleasedMessageAfterItsDelay,
                            HidesAMessageForLongerWhileItsWorkGoesOn, KeepsTheClassesOfWorkApart,
                            DeliversAllThatWereSentTogether, RefusesWhatNoAdapterTakes, KnowsNoForeignReceipt,
                            DeliversEveryMessageToOneOfManyWorkers);

}  // namespace voyages::store::tests
