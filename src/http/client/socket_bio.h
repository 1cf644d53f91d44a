#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>

#include "crypto/openssl.h"
#include "http/client/socket.h"

namespace voyages::http::client {

/// Lets OpenSSL read and write a `Socket`. OpenSSL's own writes with write(2), which kills a process that does not
/// ignore SIGPIPE when the peer has gone.
class SocketBio {
 public:
  /// One connection, as OpenSSL's callbacks see it. Must outlive the SSL object.
  struct Wire {
    explicit Wire(Socket connected) : socket(std::move(connected)) {}

    Socket socket;
    std::string fault{};  // why the socket failed
    bool ended = false;   // the peer has closed it
  };

  /// Throws std::bad_alloc.
  SocketBio();
  void attach(SSL& ssl, Wire& wire) const;

 private:
  std::unique_ptr<BIO_METHOD, crypto::Release<BIO_meth_free>> method_;
};

}  // namespace voyages::http::client
