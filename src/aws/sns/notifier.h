#pragma once

#include <string>
#include <string_view>

#include "aws/client.h"
#include "base/log.h"
#include "base/notifier.h"

namespace voyages::aws::sns {

/// Publishes notices to a topic of SNS (query protocol), whose subscribers get them by mail, say.
class SnsNotifier final : public Notifier {
 public:
  /// Throws std::invalid_argument for what is no topic's ARN.
  SnsNotifier(Client& client, std::string topic_arn, Logger& log);

  /// A subject that SNS would not take is mended, a text that is too long cut.
  void notify(std::string_view subject, std::string_view text) override;

 private:
  Client& client_;
  const std::string topic_arn_;
  Logger& log_;
};

}  // namespace voyages::aws::sns
