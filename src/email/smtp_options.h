#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace voyages::email {

inline constexpr ErrorCode invalid_smtp_url{"invalid_smtp_url",
                                            "An SMTP server is written as smtp://user:password@host:587."};

/// Where mail goes, and as whom.
struct SmtpOptions {
  enum class Security {
    starttls,  // begins in clear text, and ends when the server does not offer TLS
    tls,       // TLS from the first byte (RFC 8314)
    none,
  };

  std::string host{};  // a name or an address; IPv6 without brackets
  std::uint16_t port = 587;
  Security security = Security::starttls;
  std::string username{};  // empty: no AUTH
  Secret password{};
  std::string sender{};      // the envelope's MAIL FROM, where bounces go; empty: the mail's From
  std::string hello_name{};  // what we call ourselves in EHLO, where it is a host's full name: see `choose_hello_name`
  std::chrono::milliseconds connect_timeout{10'000};  // TCP, and again TLS
  std::chrono::milliseconds command_timeout{60'000};
  std::chrono::milliseconds handover_timeout{300'000};  // from the beginning of a try to the mail's last byte
  std::chrono::milliseconds verdict_timeout{600'000};   // after that byte (RFC 5321 §4.5.3.2.6)
  std::chrono::milliseconds idle_timeout{30'000};       // how long a connection waits for its next mail
  std::chrono::milliseconds stop_timeout{30'000};       // what is left of a try when the program is about to end
};

/// Reads `smtp://user:password@host:587` (STARTTLS required), `smtps://…` (TLS from the start, port 465) or
/// `smtp+insecure://…` (no TLS, port 25), which is for this machine's own server unless `allow_insecure`. User and
/// password are percent-encoded, and never go unencrypted to another machine. An error says what is wrong, and holds
/// nothing of the URL.
Result<SmtpOptions> parse_smtp_url(std::string_view url, bool allow_insecure = false);

/// Whether the server is this machine's own.
bool is_local(const SmtpOptions& options);

}  // namespace voyages::email
