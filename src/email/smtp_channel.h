#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "email/smtp_reply_reader.h"
#include "http/client/plain_stream.h"
#include "http/client/tls.h"

namespace voyages::email {

using http::client::Deadline;

/// The moment that ends every wait, because the program ends. Thread-safe.
class LastMoment {
 public:
  void set(Deadline moment) { moment_ = moment; }
  [[nodiscard]] Deadline get() const { return moment_; }

 private:
  std::atomic<Deadline> moment_{Deadline::max()};
};

/// A connection to a mail server, in clear text at first. Everything throws `StreamFailed` or `BadSmtpReply`, after
/// which nothing more is to be said. For one thread at a time.
class SmtpChannel {
 public:
  /// `last` outlives the channel.
  SmtpChannel(const std::string& host, std::uint16_t port, Deadline deadline, const LastMoment& last);

  /// Goes on with TLS (RFC 3207 §4). What was said in clear text and not read is refused: anybody can have said it.
  void start_tls(http::client::TlsContext& tls, const http::client::Origin& origin, Deadline deadline);
  [[nodiscard]] bool is_protected() const { return encrypted_ != nullptr; }

  /// Throws, too, when the server has said more than was read. A piece waits for at most `piece_timeout` until the
  /// server takes it.
  void write(std::string_view bytes, Deadline deadline, std::chrono::milliseconds piece_timeout);
  /// The next reply.
  SmtpReply read_reply(Deadline deadline);
  /// Whether the server has said nothing that we did not ask for, and is there. Never waits.
  bool is_quiet();
  /// All went well: the next connection may resume this one's TLS session.
  void finish_exchange();
  [[nodiscard]] const std::string& local_address() const { return local_address_; }

 private:
  http::client::Stream& stream();
  void wait_for_news(Deadline deadline);

  const LastMoment& last_;
  http::client::PlainStream plain_;  // until TLS goes on with its socket
  std::unique_ptr<http::client::Stream> encrypted_;
  SmtpReplyReader reader_;
  std::string local_address_;
};

}  // namespace voyages::email
