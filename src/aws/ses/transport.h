#pragma once

#include <string>
#include <string_view>

#include "aws/client.h"
#include "email/transport.h"

namespace voyages::aws::ses {

/// How mail leaves by SES.
struct TransportOptions {
  std::string configuration_set{};  // whose event destinations tell of bounces and complaints; may be empty
};

/// Hands mail to Amazon SES (API v2). SES has no way to ask whether it took a mail, so one whose answer was lost is
/// deferred, and goes out again unless SES reports its delivery before: its reader gets two copies then. SES puts a
/// Message-ID of its own into each.
class SesTransport final : public email::Transport {
 public:
  SesTransport(Client& client, TransportOptions options) : client_(client), options_(std::move(options)) {}

  /// What is our set-up's fault and can be mended while a mail waits (credentials, permissions, a paused account, a
  /// missing configuration set) defers it.
  [[nodiscard]] email::Answer send(std::string_view mail_id, const email::Message& message) override;

 private:
  email::Answer hand_over(const std::string& body);

  Client& client_;
  const TransportOptions options_;
};

}  // namespace voyages::aws::ses
