#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "email/smtp_channel.h"
#include "email/smtp_features.h"
#include "email/smtp_options.h"
#include "email/smtp_reply.h"
#include "email/transport.h"

namespace voyages::email {

/// What SMTP needs to know of a mail (RFC 5321 §2.3.1).
struct Envelope {
  std::string sender;
  std::string recipient;
  bool needs_smtputf8 = false;
};

/// One connection to the mail server, made when it is needed and kept for the next mail unless anything at all went
/// wrong: no mail may get the answer to another. For one thread at a time.
class SmtpSession {
 public:
  /// All outlive the session. Throws std::invalid_argument for a password that would go unencrypted to another machine.
  SmtpSession(http::client::TlsContext& tls, const SmtpOptions& options, const LastMoment& last);
  /// Says good-bye, which may take two seconds.
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  [[nodiscard]] Answer send(const Envelope& envelope, std::string_view mime);
  /// Whether there is a connection for the next mail.
  [[nodiscard]] bool is_open() const { return channel_.has_value(); }

 private:
  /// Why a conversation ended early; nothing when it goes on.
  using Ending = std::optional<Answer>;

  Answer try_once(const Envelope& envelope, std::string_view mime);
  Ending open();
  Ending say_hello();
  Ending start_tls();
  Ending authenticate();
  Ending authenticate_plain();
  Ending authenticate_login();
  Answer transfer(const Envelope& envelope, std::string_view mime);
  Ending declare(const Envelope& envelope, std::string_view mime);
  SmtpReply hand_over(std::string_view data);
  std::optional<SmtpReply> find_late_refusal();

  SmtpReply ask(std::string_view command);
  SmtpReply ask(const Secret& command);
  /// An ending unless the code is of this class: 2 for `2yz`.
  Ending unless(int code_class, const SmtpReply& reply);
  [[nodiscard]] Answer failure(std::string_view reason) const;
  [[nodiscard]] std::string describe(const http::client::StreamFailed& error) const;
  [[nodiscard]] bool has_credentials(const SmtpReply& reply) const;
  [[nodiscard]] Deadline step_deadline() const;
  [[nodiscard]] std::chrono::milliseconds piece_timeout() const;
  void start_encryption();
  void quit();

  http::client::TlsContext& tls_;
  const SmtpOptions& options_;
  const LastMoment& last_;
  std::optional<SmtpChannel> channel_;
  SmtpFeatures features_;  // of the connection

  // Of the mail on its way.
  SmtpStage stage_ = SmtpStage::greeting;
  Deadline handover_end_{};
  bool lost_ = false;         // the server ended the connection
  bool handed_over_ = false;  // at least a part of the mail
};

}  // namespace voyages::email
