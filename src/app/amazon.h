#pragma once

#include <memory>
#include <string>

#include "aws/client.h"
#include "aws/sqs/queue.h"
#include "base/notifier.h"
#include "store/blobs.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::app {

/// The way to AWS, and the adapters on it. They live no longer than this.
class Amazon {
 public:
  /// Region, credentials and endpoints are found as AWS's own tools find them. Opens no connection. Throws `Failure`
  /// when there is no region.
  Amazon(const Clock& clock, Logger& log, Metrics& metrics);

  [[nodiscard]] aws::Client& client() { return client_; }
  [[nodiscard]] std::unique_ptr<store::Table> table(const std::string& name);
  [[nodiscard]] std::shared_ptr<aws::sqs::SqsQueue> queue(const std::string& url, const std::string& slow_url);
  [[nodiscard]] std::unique_ptr<store::Blobs> blobs(const std::string& bucket);
  [[nodiscard]] std::unique_ptr<Notifier> notifier(const std::string& topic_arn);

 private:
  const Clock& clock_;
  Logger& log_;
  Metrics& metrics_;
  http::client::Client http_;
  std::unique_ptr<aws::CredentialsSource> credentials_;
  aws::Client client_;
};

}  // namespace voyages::app
