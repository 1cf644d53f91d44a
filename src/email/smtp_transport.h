#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "email/smtp_options.h"
#include "email/smtp_session.h"
#include "email/transport.h"
#include "http/client/tls.h"

namespace voyages::email {

/// Hands mail to an SMTP server (RFC 5321), with as many connections as threads that send at once. A connection is kept
/// for the next mail, and ended when none comes for a while.
class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(SmtpOptions options);
  ~SmtpTransport() override;
  [[nodiscard]] Answer send(std::string_view mail_id, const Message& message) override;
  [[nodiscard]] std::chrono::seconds try_limit() const override;

  /// Tries on their way have `stop_timeout` left.
  void finish_soon() override;

 private:
  using Session = std::unique_ptr<SmtpSession>;
  using Moment = std::chrono::steady_clock::time_point;

  struct Idle {
    Session session;
    Moment since;
  };

  Session take();
  void put_back(Session session);
  void end_idle_sessions(const std::stop_token& stop);

  const SmtpOptions options_;
  http::client::TlsContext tls_;
  LastMoment last_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // the one that idles longest first
  std::condition_variable_any changed_;
  std::jthread janitor_;  // last, so that it ends before what it looks at
};

}  // namespace voyages::email
