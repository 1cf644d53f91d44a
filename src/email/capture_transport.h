#pragma once

#include <filesystem>

#include "base/log.h"
#include "email/transport.h"

namespace voyages::email {

/// Writes each mail to a file of its own, for a person to read: what happens to mail while no mail server is
/// configured. The log says where, and nothing of what is in it, for mails hold links that let somebody in.
class CaptureTransport final : public Transport {
 public:
  CaptureTransport(std::filesystem::path directory, Logger& log);
  [[nodiscard]] Answer send(std::string_view mail_id, const Message& message) override;

 private:
  std::filesystem::path directory_;
  Logger& log_;
};

}  // namespace voyages::email
