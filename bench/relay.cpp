#include "bench/relay.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string_view>

#include "bench/load.h"
#include "bench/peers.h"

namespace voyages::bench {

namespace {

/// The lines of one SMTP session.
class Lines {
 public:
  explicit Lines(int connection) : connection_(connection) {}

  /// Without its end; false when the client has gone.
  bool next(std::string& line) {
    for (;;) {
      if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return true;
      }
      char bytes[4096];
      const auto count = ::recv(connection_, bytes, sizeof bytes, 0);
      if (count <= 0) return false;
      buffer_.append(bytes, static_cast<std::size_t>(count));
    }
  }
  void say(std::string_view reply) const { (void)::send(connection_, reply.data(), reply.size(), MSG_NOSIGNAL); }

 private:
  int connection_;
  std::string buffer_;
};

}  // namespace

Relay::Relay(std::string silent_to) : silent_to_(std::move(silent_to)) {
  const auto listening = listen_on_free_port();
  socket_ = listening.socket;
  port_ = listening.port;
  acceptor_ = std::jthread([this] { accept_all(); });
}

Relay::~Relay() {
  ::shutdown(socket_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
  }
  threads_.clear();
  for (const int connection : connections_) ::close(connection);
  ::close(socket_);
}

void Relay::wait_for(const std::string& address) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, std::chrono::minutes(1), [&] { return taken_.contains(address); })) {
    throw std::runtime_error("no mail came to " + address);
  }
}

void Relay::accept_all() {
  for (;;) {
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::scoped_lock lock(mutex_);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void Relay::serve(int connection) {
  Lines lines(connection);
  lines.say("220 relay.example ESMTP\r\n");
  std::string recipient;
  for (std::string line; lines.next(line);) {
    if (line.starts_with("RCPT TO:<")) {
      recipient = between(line, "<", ">");
      if (!silent_to_.empty() && recipient.starts_with(silent_to_)) continue;
    }
    if (line == "DATA") {
      lines.say("354 go on\r\n");
      while (lines.next(line) && line != ".") {
      }
      const std::scoped_lock lock(mutex_);
      taken_.insert(recipient);
      arrived_.notify_all();
    }
    lines.say("250 relay.example\r\n");
    if (line == "QUIT") return;
  }
}

}  // namespace voyages::bench
