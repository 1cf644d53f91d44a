#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "email/curl_library.h"
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

/// One connection to the mail server, made when it is needed and kept for the next mail until something goes wrong. For
/// one thread at a time.
class SmtpSession {
 public:
  /// Both outlive the session.
  SmtpSession(const CurlLibrary& curl, const SmtpOptions& options);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  [[nodiscard]] Answer send(const Envelope& envelope, std::string_view mime);

 private:
  using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

  static int on_traffic(CURL* handle, curl_infotype kind, char* bytes, std::size_t size, void* session);
  static std::size_t on_reply(char* bytes, std::size_t size, std::size_t count, void* session);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* session);

  void configure();
  void configure_tls();
  void configure_credentials();
  void set(CURLoption option, long value);
  void set(CURLoption option, const std::string& value);
  template <class Pointer>
  void set_pointer(CURLoption option, Pointer* value);

  CURLcode perform(const Envelope& envelope, std::string_view mime, bool fresh);
  /// Notes what the server can do. False ends the connection before it has heard of the mail.
  bool take_reply(std::string_view line);
  [[nodiscard]] bool lost_a_kept_connection(CURLcode code) const;
  [[nodiscard]] Answer answer_for(CURLcode code) const;
  [[nodiscard]] std::string without_credentials(std::string text) const;

  const CurlLibrary& curl_;
  const SmtpOptions& options_;
  Handle handle_;
  char error_[CURL_ERROR_SIZE] = {};

  // Of the connection.
  bool is_protected_ = false;
  bool speaks_smtputf8_ = false;
  // Of the mail on its way.
  SmtpStage stage_ = SmtpStage::greeting;
  std::string reply_;  // its last line
  bool says_goodbye_ = false;
  bool needs_smtputf8_ = false;
  bool stopped_for_smtputf8_ = false;
  std::string_view unsent_;
};

}  // namespace voyages::email
