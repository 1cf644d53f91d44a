#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "crypto/openssl.h"
#include "http/client/client.h"
#include "http/client/socket.h"
#include "http/client/stream.h"

namespace voyages::http::client {

using TlsSession = std::unique_ptr<SSL_SESSION, crypto::Release<SSL_SESSION_free>>;

/// What all TLS connections of a client share: the trusted certificates, and one session of each origin to resume
/// (RFC 8446 §2.2), which saves a round trip's computing. Made when the first connection needs it, since reading
/// certificates takes time. Thread-safe.
class TlsContext {
 public:
  /// `protocol`: what is spoken inside, for servers that ask (RFC 7301); empty: it is not said.
  TlsContext(Trust trust, std::string_view protocol);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// TLS 1.2 or newer over the socket, to exactly that host. Throws `StreamFailed`.
  std::unique_ptr<Stream> connect(Socket socket, const Origin& origin, Deadline deadline);

 private:
  struct State;
  State& state();

  Trust trust_;
  std::string protocol_;
  std::mutex mutex_;
  std::unique_ptr<State> state_;
};

}  // namespace voyages::http::client
