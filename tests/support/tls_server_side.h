#pragma once

#include <openssl/ssl.h>

#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/certificates.h"
#include "tests/support/scripted_server.h"

namespace voyages::tests {

/// What a TLS server of a test shares between its connections.
class TlsServerContext {
 public:
  explicit TlsServerContext(const Identity& identity, int newest = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), newest);
    SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>("test"), 4);
  }

  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

 private:
  std::unique_ptr<SSL_CTX, crypto::Release<SSL_CTX_free>> context_;
};

/// TLS over one accepted connection.
class TlsServerSide {
 public:
  TlsServerSide(const TlsServerContext& context, ServerSide& side) : ssl_(SSL_new(context.get())) {
    // A client that gives up must not end the process by way of OpenSSL's plain writes. For this thread alone: in the
    // client's own, a signal would be its fault.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    SSL_set_fd(ssl_.get(), side.descriptor());
    accepted_ = SSL_accept(ssl_.get()) == 1;
  }

  [[nodiscard]] bool accepted() const { return accepted_; }
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] std::string server_name() const {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name ? name : "";
  }

  /// A request's head, or the empty string when the client has gone.
  std::string receive() { return receive_until("\r\n\r\n"); }
  /// A line with its end, or the empty string when the client has gone.
  std::string receive_line() { return receive_until("\n"); }
  void send(std::string_view bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  void say_good_bye() { SSL_shutdown(ssl_.get()); }

 private:
  std::string receive_until(std::string_view end) {
    std::string text;
    while (!text.ends_with(end)) {
      char byte = 0;
      if (SSL_read(ssl_.get(), &byte, 1) != 1) return {};
      text += byte;
    }
    return text;
  }

  std::unique_ptr<SSL, crypto::Release<SSL_free>> ssl_;
  bool accepted_ = false;
};

}  // namespace voyages::tests
