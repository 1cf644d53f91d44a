#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "tests/store/queue_contract.h"

namespace voyages::store::tests {

/// What an engine of our own does besides, and a queue of many servers cannot: it keeps an order, knows which receipts
/// are valid, delivers once what is acknowledged, and tells what failed, why and when. `Factory` also has
/// `dead_letters()`, and a `ManualClock`.
template <class Factory>
class ExactQueueContract : public QueueContract<Factory> {
 protected:
  DeadLetters& dead_letters() { return this->factory.dead_letters(); }
};

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
  EXPECT_TRUE(consumer.release(second[0].receipt, {}, "mail server is down"));
  EXPECT_FALSE(consumer.acknowledge(second[0].receipt));
  const auto third = this->receive();
  ASSERT_EQ(third.size(), 1U);
  EXPECT_TRUE(consumer.acknowledge(third[0].receipt));
  EXPECT_FALSE(consumer.acknowledge(third[0].receipt));
}

TYPED_TEST_P(ExactQueueContract, TellsWhatFailedAndRetriesItAnew) {
  const auto id = this->send("x");
  for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
    const auto deliveries = this->receive();
    ASSERT_EQ(deliveries.size(), 1U);
    EXPECT_TRUE(this->dead_letters().list(10).empty());
    EXPECT_TRUE(this->ports.consumer.release(deliveries[0].receipt, {}, "refused " + std::to_string(attempt)));
  }
  EXPECT_TRUE(this->receive().empty());
  const auto dead = this->dead_letters().list(10);
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].message.id, id);
  EXPECT_EQ(dead[0].message.kind, "test.kind");
  EXPECT_EQ(dead[0].message.body, "x");
  EXPECT_EQ(dead[0].message.attempt, this->max_attempts);
  EXPECT_EQ(dead[0].reason, "refused 3");
  EXPECT_EQ(dead[0].died_at, this->clock.now());

  EXPECT_FALSE(this->dead_letters().retry("no such id"));
  EXPECT_TRUE(this->dead_letters().retry(id));
  EXPECT_FALSE(this->dead_letters().retry(id));
  EXPECT_TRUE(this->dead_letters().list(10).empty());
  const auto again = this->receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].message.attempt, 1U);
}

TYPED_TEST_P(ExactQueueContract, TellsWhoseWorkersAllVanished) {
  const auto id = this->send("x");
  for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
    EXPECT_EQ(this->receive().size(), 1U);
    this->clock.advance(this->visibility);
  }
  EXPECT_TRUE(this->receive().empty());
  ASSERT_EQ(this->dead_letters().list(10).size(), 1U);
  EXPECT_EQ(this->dead_letters().list(10)[0].message.id, id);
}

TYPED_TEST_P(ExactQueueContract, ListsTheNewestDeadLettersFirst) {
  for (const auto* body : {"1", "2", "3"}) {
    this->send(body);
    for (std::uint32_t attempt = 1; attempt <= this->max_attempts; ++attempt) {
      for (const auto& delivery : this->receive()) this->ports.consumer.release(delivery.receipt, {}, "no");
    }
    this->clock.advance(std::chrono::seconds{1});
  }
  const auto dead = this->dead_letters().list(2);
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].message.body, "3");
  EXPECT_EQ(dead[1].message.body, "2");
}

TYPED_TEST_P(ExactQueueContract, HandsEachMessageToOneOfManyWorkersOnce) {
  const auto seen = this->hand_to_four_workers();
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ((std::set<std::string>(seen.begin(), seen.end()).size()), 200U);
}

REGISTER_TYPED_TEST_SUITE_P(ExactQueueContract, DeliversInTheOrderOfDueTimes, KnowsWhichReceiptsAreValid,
                            TellsWhatFailedAndRetriesItAnew, TellsWhoseWorkersAllVanished,
                            ListsTheNewestDeadLettersFirst, HandsEachMessageToOneOfManyWorkersOnce);

}  // namespace voyages::store::tests
