#pragma once

#include "base/log.h"
#include "email/captured_mails.h"
#include "email/transport.h"

namespace voyages::email {

/// Keeps each mail for a person to read: what happens to mail while no mail server is configured. The log says where,
/// and nothing of what is in it, for mails hold links that let somebody in.
class CaptureTransport final : public Transport {
 public:
  CaptureTransport(CapturedMails& mails, Logger& log) : mails_(mails), log_(log) {}
  [[nodiscard]] Answer send(std::string_view mail_id, const Message& message) override;
  void forget(std::string_view email_normalised) override;

 private:
  CapturedMails& mails_;
  Logger& log_;
};

}  // namespace voyages::email
