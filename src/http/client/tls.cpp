#include "http/client/tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <functional>
#include <map>
#include <new>
#include <utility>

#include "http/client/socket_bio.h"
#include "http/client/trust.h"

namespace voyages::http::client {

namespace {

using Context = std::unique_ptr<SSL_CTX, crypto::Release<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, crypto::Release<SSL_free>>;

constexpr std::size_t most_sessions = 64;

bool is_address(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// RFC 9525 §6.3: an address is compared with addresses, a name with names. An address is not sent (RFC 6066 §3).
void expect_host(SSL& ssl, const std::string& host) {
  auto* parameters = SSL_get0_param(&ssl);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool set = is_address(host)
                       ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1
                       : SSL_set1_host(&ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(&ssl, host.c_str()) == 1;
  if (!set) throw StreamFailed("the host's name cannot be asked for by TLS");
}

std::string describe_certificate_fault(long fault, const std::string& trusted) {
  switch (fault) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the server's certificate is for another name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the server's certificate has expired, or this machine's clock is ahead";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the server's certificate is not valid yet: this machine's clock may be behind";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("the server's certificate is signed by nobody who is trusted; trusted are {}", trusted);
    default:
      return fmt::format("the server's certificate is refused ({})", X509_verify_cert_error_string(fault));
  }
}

std::string describe_last_error() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER) {
    return "the server does not speak TLS on this port";
  }
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason ? reason : "no reason given";
}

/// TLS over a socket.
class TlsStream final : public Stream {
 public:
  using KeepSession = std::function<void(TlsSession)>;

  TlsStream(std::unique_ptr<SocketBio::Wire> wire, Ssl ssl, KeepSession keep)
      : wire_(std::move(wire)), ssl_(std::move(ssl)), keep_(std::move(keep)) {}
  ~TlsStream() override {
    // RFC 8446 §6.1: says good-bye without waiting for an answer; a broken connection must not be used again.
    if (!broken_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  void handshake(Deadline deadline, const std::string& trusted) {
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      if (result == 1) return;
      if (wait(result, deadline)) continue;
      broken_ = true;
      if (const auto fault = SSL_get_verify_result(ssl_.get()); fault != X509_V_OK) {
        ERR_clear_error();
        throw StreamFailed(describe_certificate_fault(fault, trusted));
      }
      throw StreamFailed("TLS could not be agreed on: " + describe_fault());
    }
  }

  std::size_t read(std::span<char> into, Deadline deadline) override {
    while (true) {
      ERR_clear_error();
      std::size_t got = 0;
      const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
      if (result == 1) return got;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
      if (!wait(result, deadline)) fail();
    }
  }

  void write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      ERR_clear_error();
      std::size_t taken = 0;
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
      if (result == 1) {
        bytes.remove_prefix(taken);
      } else if (!wait(result, deadline)) {
        fail();
      }
    }
  }

  bool wait_for_news(Deadline deadline) override {
    while (is_quiet()) {
      if (!wire_->socket.wait_for_news(deadline)) return false;
    }
    return true;
  }

  // A server may say things that are TLS's own, such as new session tickets: those are read here and are no news.
  bool is_quiet() override {
    if (broken_) return false;
    if (!wire_->socket.has_news() && SSL_pending(ssl_.get()) == 0) return true;
    ERR_clear_error();
    char byte = 0;
    std::size_t got = 0;
    const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
    if (result == 1) return false;
    const int kind = SSL_get_error(ssl_.get(), result);
    // An alert is taken from the stream here, so its reason is kept for who reads next.
    if (kind == SSL_ERROR_SSL) {
      if (wire_->fault.empty()) wire_->fault = describe_last_error();
      broken_ = true;
    }
    return kind == SSL_ERROR_WANT_READ;
  }

  void finish_exchange() override {
    TlsSession session(SSL_get1_session(ssl_.get()));
    if (session && SSL_SESSION_is_resumable(session.get()) == 1) keep_(std::move(session));
  }

 private:
  /// Waits for what TLS waits for; false when it waits for nothing.
  bool wait(int result, Deadline deadline) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        wait_or_break([&] { wire_->socket.wait_readable(deadline); });
        return true;
      case SSL_ERROR_WANT_WRITE:
        wait_or_break([&] { wire_->socket.wait_writable(deadline); });
        return true;
      default:
        return false;
    }
  }

  template <class Wait>
  void wait_or_break(Wait wait_on_socket) {
    try {
      wait_on_socket();
    } catch (const StreamFailed&) {
      broken_ = true;
      throw;
    }
  }

  std::string describe_fault() {
    if (!wire_->fault.empty()) return wire_->fault;
    if (wire_->ended) return "the server closed the connection";
    return describe_last_error();
  }

  [[noreturn]] void fail() {
    broken_ = true;
    throw StreamFailed("the encrypted connection broke: " + describe_fault());
  }

  // The order matters: TLS ends before the socket does.
  std::unique_ptr<SocketBio::Wire> wire_;
  Ssl ssl_;
  KeepSession keep_;
  bool broken_ = false;
};

}  // namespace

struct TlsContext::State {
  State(Trust trust, const std::string& protocol) : context(SSL_CTX_new(TLS_client_method())) {
    if (!context) throw std::bad_alloc();
    trusted = load_trust(*context, trust);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_security_level(context.get(), 2);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) throw std::bad_alloc();
    if (!protocol.empty()) offer(protocol);
  }

  // RFC 7301 §3.1: a list of names, each behind its length.
  void offer(const std::string& protocol) {
    const auto list = static_cast<char>(protocol.size()) + protocol;
    const auto* bytes = reinterpret_cast<const unsigned char*>(list.data());
    if (SSL_CTX_set_alpn_protos(context.get(), bytes, static_cast<unsigned>(list.size())) != 0) throw std::bad_alloc();
  }

  TlsSession take_session(const Origin& origin) {
    const std::scoped_lock lock(mutex);
    const auto found = sessions.find(origin);
    if (found == sessions.end()) return nullptr;
    auto session = std::move(found->second);
    sessions.erase(found);
    return session;
  }

  void keep_session(const Origin& origin, TlsSession session) {
    const std::scoped_lock lock(mutex);
    if (sessions.size() >= most_sessions) sessions.clear();
    sessions.insert_or_assign(origin, std::move(session));
  }

  Context context;
  SocketBio bio;
  std::string trusted;
  std::mutex mutex;
  std::map<Origin, TlsSession> sessions;
};

TlsContext::TlsContext(Trust trust, std::string_view protocol) : trust_(trust), protocol_(protocol) {}

TlsContext::~TlsContext() = default;

TlsContext::State& TlsContext::state() {
  const std::scoped_lock lock(mutex_);
  if (!state_) state_ = std::make_unique<State>(trust_, protocol_);
  return *state_;
}

std::unique_ptr<Stream> TlsContext::connect(Socket socket, const Origin& origin, Deadline deadline) {
  auto& shared = state();
  Ssl ssl(SSL_new(shared.context.get()));
  if (!ssl) throw std::bad_alloc();
  expect_host(*ssl, origin.host);
  // A session is used once (RFC 8446 §C.4), and only for the host that it was verified for.
  if (const auto session = shared.take_session(origin)) SSL_set_session(ssl.get(), session.get());
  auto wire = std::make_unique<SocketBio::Wire>(std::move(socket));
  shared.bio.attach(*ssl, *wire);
  auto stream = std::make_unique<TlsStream>(std::move(wire), std::move(ssl), [&shared, origin](TlsSession session) {
    shared.keep_session(origin, std::move(session));
  });
  stream->handshake(deadline, shared.trusted);
  return stream;
}

}  // namespace voyages::http::client
