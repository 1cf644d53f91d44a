#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "tests/store/queue_contract.h"

namespace voyages::store::tests {

/// What an engine of our own does besides, and a queue of many servers cannot: it keeps an order, knows priorities and
/// kinds, which receipts are valid, and why a try failed, and delivers once what is acknowledged. `Factory` also has a
/// `ManualClock`.
template <class Factory>
class ExactQueueContract : public QueueContract<Factory> {};

TYPED_TEST_SUITE_P(ExactQueueContract);

TYPED_TEST_P(ExactQueueContract, DeliversInTheOrderOfDueTimes) {
  this->send("later", std::chrono::seconds{5});
  this->send("first");
  this->clock.advance(std::chrono::seconds{1});
  this->send("second");
  this->clock.advance(std::chrono::seconds{10});
  EXPECT_EQ(this->bodies(2), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(this->bodies(2), (std::vector<std::string>{"later"}));
}

TYPED_TEST_P(ExactQueueContract, KnowsWhichReceiptsAreValid) {
  auto& consumer = this->ports.consumer;
  this->send("x");
  const auto first = this->receive();
  this->clock.advance(this->visibility);
  const auto second = this->receive();
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_FALSE(consumer.acknowledge(first[0].receipt));
  EXPECT_FALSE(consumer.release(first[0].receipt, {}, "late"));
  EXPECT_FALSE(consumer.extend(first[0].receipt, this->visibility));
  EXPECT_TRUE(consumer.release(second[0].receipt, {}, "mail server is down"));
  EXPECT_FALSE(consumer.acknowledge(second[0].receipt));
  const auto third = this->receive();
  ASSERT_EQ(third.size(), 1U);
  EXPECT_TRUE(consumer.acknowledge(third[0].receipt));
  EXPECT_FALSE(consumer.acknowledge(third[0].receipt));
}

TYPED_TEST_P(ExactQueueContract, DeliversTheHighestPriorityFirst) {
  const auto send = [this](std::string_view body, Priority priority, std::chrono::seconds after = {}) {
    this->ports.queue.send("test.kind", body, {.delay = after, .priority = priority});
    this->clock.advance(std::chrono::seconds{1});
  };
  send("low", Priority::low);
  send("normal 1", Priority::normal);
  send("high 1", Priority::high);
  send("not due", Priority::high, std::chrono::seconds{60});
  send("normal 2", Priority::normal);
  send("high 2", Priority::high);
  EXPECT_EQ(this->bodies(3), (std::vector<std::string>{"high 1", "high 2", "normal 1"}));
  EXPECT_EQ(this->bodies(3), (std::vector<std::string>{"normal 2", "low"}));
}

TYPED_TEST_P(ExactQueueContract, KeepsThePriorityOfAReleasedMessage) {
  this->send("normal");
  this->ports.queue.send("test.kind", "high", {.priority = Priority::high});
  const auto first = this->receive(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(this->ports.consumer.release(first[0].receipt, {}, "no"));
  EXPECT_EQ(this->bodies(1), std::vector<std::string>{"high"});
}

TYPED_TEST_P(ExactQueueContract, LeavesKindsToOtherWorkers) {
  auto& queue = this->ports.queue;
  auto& consumer = this->ports.consumer;
  queue.send("mail", "1", {.priority = Priority::high});
  const Wanted wanted{.work_class = WorkClass::quick, .except = {"mail", "notice"}};
  EXPECT_TRUE(consumer.receive(wanted, 10, this->visibility).empty());
  EXPECT_FALSE(consumer.wait_for_work(wanted, std::chrono::milliseconds{1}));
  queue.send("mail.not", "2");
  EXPECT_TRUE(consumer.wait_for_work(wanted, std::chrono::milliseconds{1}));
  const auto received = consumer.receive(wanted, 10, this->visibility);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].message.kind, "mail.not");
  EXPECT_EQ(this->bodies(), std::vector<std::string>{"1"});
}

TYPED_TEST_P(ExactQueueContract, RemembersWhyTheTryBeforeFailed) {
  this->send("x");
  const auto first = this->receive();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].message.last_failure, "");
  EXPECT_TRUE(this->ports.consumer.release(first[0].receipt, {}, "mail server is down"));
  const auto second = this->receive();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].message.last_failure, "mail server is down");
}

TYPED_TEST_P(ExactQueueContract, DeliversUntilAWorkerAcknowledges) {
  this->send("x");
  for (std::uint32_t attempt = 1; attempt <= 20; ++attempt) {
    const auto deliveries = this->receive();
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_EQ(deliveries[0].message.attempt, attempt);
    this->clock.advance(this->visibility);
  }
}

TYPED_TEST_P(ExactQueueContract, HandsEachMessageToOneOfManyWorkersOnce) {
  const auto seen = this->hand_to_four_workers();
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end()).size()), 200U);
}

REGISTER_TYPED_TEST_SUITE_P(ExactQueueContract, DeliversInTheOrderOfDueTimes, KnowsWhichReceiptsAreValid,
                            DeliversTheHighestPriorityFirst, KeepsThePriorityOfAReleasedMessage,
                            LeavesKindsToOtherWorkers, RemembersWhyTheTryBeforeFailed, DeliversUntilAWorkerAcknowledges,
                            HandsEachMessageToOneOfManyWorkersOnce);

}  // namespace voyages::store::tests
