#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "store/queue.h"

namespace voyages::aws::sqs {

/// Which queue, and how patiently its consumer waits.
struct QueueOptions {
  std::string url{};              // `https://sqs.eu-central-1.amazonaws.com/123456789012/voyages`
  std::chrono::seconds wait{20};  // `receive` waits so long for a first message (long polling); at most 20
};

/// A standard queue of SQS (JSON protocol). It keeps no strict order, may deliver twice, and takes a receipt that is
/// no longer valid for one that is. After the attempts that its redrive policy names it moves a message to its
/// dead-letter queue, where the reason that `release` was given is not known: the worker's log has it.
class SqsQueue final : public store::Queue, public store::QueueConsumer {
 public:
  /// Throws std::invalid_argument for what is no queue's URL.
  SqsQueue(Client& client, QueueOptions options);

  /// What may have arrived is sent again: the message is delivered twice then.
  std::string send(std::string_view kind, std::string_view body, std::chrono::seconds delay = {}) override;

  std::vector<store::Delivery> receive(std::size_t limit, std::chrono::seconds visibility) override;
  bool acknowledge(std::string_view receipt) override;
  bool release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) override;
  /// Does not wait: `receive` has.
  bool wait_for_work(std::chrono::milliseconds) override { return true; }

 private:
  boost::json::object call(std::string_view operation, const boost::json::object& input,
                           std::chrono::seconds wait = {});
  std::vector<store::Delivery> receive_batch(std::size_t limit, std::chrono::seconds visibility,
                                             std::chrono::seconds wait);
  bool call_about(std::string_view receipt, std::string_view operation, boost::json::object input);

  Client& client_;
  const QueueOptions options_;
};

}  // namespace voyages::aws::sqs
