#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/unavailable.h"
#include "http/client/stream.h"
#include "http/message.h"

namespace voyages::http::client {

/// The server that a request goes to.
struct Origin {
  bool tls = true;
  std::string host{};  // a name or an address, IPv6 without brackets
  std::uint16_t port = 443;

  /// `https://example.com`, `http://[::1]:8000`; nothing for what has a path, a query or user data.
  static std::optional<Origin> parse(std::string_view url);
  /// As the `Host` header has it (RFC 9110 §7.2): the port only where it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  /// As `parse` reads it.
  [[nodiscard]] std::string text() const;

  auto operator<=>(const Origin&) const = default;
};

/// How long a call may take, and how much it may bring.
struct Limits {
  std::chrono::milliseconds connect{3000};  // name, TCP and TLS
  std::chrono::milliseconds total{60000};   // from the call to the last byte
  std::size_t response_bytes = 8U << 20;
};

/// The call brought no answer. The text is for the log and names the origin, never the target's query or a header.
class TransferFailed : public Unavailable {
 public:
  TransferFailed(const std::string& text, bool sent, bool timed_out = false)
      : Unavailable(text), sent_(sent), timed_out_(timed_out) {}
  /// The request may have arrived; otherwise it certainly did not.
  [[nodiscard]] bool may_have_arrived() const { return sent_; }
  /// It failed because a deadline passed.
  [[nodiscard]] bool timed_out() const { return timed_out_; }

 private:
  bool sent_;
  bool timed_out_;
};

/// Whose certificates are believed; read at the first TLS connection, because a whole CA file costs 20 ms.
enum class Trust {
  system,  // the CA file of this machine, or SSL_CERT_FILE
  amazon,  // Amazon Trust Services' roots alone, embedded; or the file that AWS_CA_BUNDLE names
};

class Socket;

/// Makes the TCP connection to an origin; throws `StreamFailed`.
using Connect = std::function<Socket(const Origin&, Deadline)>;

/// Takes an answer piece by piece. What it throws ends the call and its connection.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// Called once, first: status and fields, without a body.
  virtual void head(Response head) = 0;
  /// Called any number of times. `piece` is not empty.
  virtual void body(std::string_view piece) = 0;
};

/// HTTP/1.1 with kept-alive connections (RFC 9112), blocking. It goes wherever it is sent: addresses that others choose
/// are for the `GuardedClient`. It follows no redirect and sends each request once, but for a kept connection that
/// turns out closed before a byte of the answer came, where a request whose method is idempotent goes out again
/// (RFC 9110 §9.2.2). Thread-safe.
class Client {
 public:
  explicit Client(Trust trust);
  Client(Trust trust, Connect connect);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Adds `Host` and `Content-Length`. Any status but an interim one is an answer. Throws `TransferFailed`, and
  /// std::invalid_argument for a request that could be read as more than one, such as a line break in a header.
  Response send(const Origin& origin, const Request& request, const Limits& limits = {});
  /// The same for an answer that is taken while it comes, so that its body is never whole in memory.
  void send(const Origin& origin, const Request& request, const Limits& limits, Receiver& receiver);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace voyages::http::client
