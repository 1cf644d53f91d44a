#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "store/queue.h"

namespace voyages::aws::sqs {

/// Which queues, and how patiently its consumer waits.
struct QueueOptions {
  std::string url{};              // `https://sqs.eu-central-1.amazonaws.com/123456789012/voyages`
  std::chrono::seconds wait{20};  // `receive` waits so long for a first message (long polling); at most 20
  std::string slow_url{};         // of the queue for slow work; empty: it waits in the same one
};

/// Two standard queues of SQS (JSON protocol), one for each class of work. They keep no strict order and know no
/// priorities, may deliver twice, and take a receipt that is no longer valid for one that is. The reason that `release`
/// is given is not kept: the worker's log has it. After as many deliveries as a queue's redrive policy names, the
/// message moves to the dead-letter queue of SQS, which is for messages that no worker could even write down.
class SqsQueue final : public store::Queue, public store::QueueConsumer {
 public:
  /// Throws std::invalid_argument for what is no queue's URL.
  SqsQueue(Client& client, QueueOptions options);

  /// What may have arrived is sent again: the message is delivered twice then.
  std::string send(std::string_view kind, std::string_view body, const store::SendOptions& options = {}) override;
  void send_all(std::span<const store::NewMessage> messages) override;

  std::vector<store::Delivery> receive(const store::Wanted& wanted, std::size_t limit,
                                       std::chrono::seconds visibility) override;
  bool extend(std::string_view receipt, std::chrono::seconds visibility) override;
  bool acknowledge(std::string_view receipt) override;
  bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) override;
  /// Does not wait: `receive` has.
  bool wait_for_work(const store::Wanted&, std::chrono::milliseconds) override { return true; }

 private:
  void send_batch(store::WorkClass to, std::span<const store::NewMessage* const> messages);
  boost::json::object call(store::WorkClass of, std::string_view operation, const boost::json::object& input,
                           std::chrono::seconds wait = {});
  std::vector<store::Delivery> receive_batch(store::WorkClass of, std::size_t limit, std::chrono::seconds visibility,
                                             std::chrono::seconds wait);
  bool call_about(std::string_view receipt, std::string_view operation, boost::json::object input);

  Client& client_;
  const QueueOptions options_;
};

}  // namespace voyages::aws::sqs
