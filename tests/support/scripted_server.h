#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace voyages::tests {

/// An answer as it goes over the wire.
inline std::string answer(std::string_view status, std::string_view body, std::string_view fields = {}) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// One accepted connection of a `ScriptedServer`, as its script sees it.
class ServerSide {
 public:
  explicit ServerSide(int descriptor) : descriptor_(descriptor) {}
  ~ServerSide() { ::close(descriptor_); }
  ServerSide(const ServerSide&) = delete;
  ServerSide& operator=(const ServerSide&) = delete;

  /// A whole request with its body, or the empty string when the client has gone.
  std::string receive() {
    auto head_end = received_.find("\r\n\r\n");
    while (head_end == std::string::npos) {
      if (!receive_more()) return {};
      head_end = received_.find("\r\n\r\n");
    }
    const auto field = received_.find("Content-Length: ");
    const auto length = field < head_end ? std::strtoul(received_.c_str() + field + 16, nullptr, 10) : 0;
    while (received_.size() < head_end + 4 + length) {
      if (!receive_more()) return {};
    }
    auto request = received_.substr(0, head_end + 4 + length);
    received_.erase(0, request.size());
    return request;
  }

  /// A line with its end, or the empty string when the client has gone.
  std::string receive_line() {
    while (received_.find('\n') == std::string::npos) {
      if (!receive_more()) return {};
    }
    auto line = received_.substr(0, received_.find('\n') + 1);
    received_.erase(0, line.size());
    return line;
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// The peer gets a reset when the connection is closed.
  void end_by_reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  bool receive_more() {
    char bytes[16 * 1024];
    const auto count = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int descriptor_;
  std::string received_;
};

/// A server on 127.0.0.1 whose every connection is served by a script, one at a time or at once. The connection is
/// closed when its script ends.
class ScriptedServer {
 public:
  /// `number`: 0 for the first connection.
  using Script = std::function<void(ServerSide&, unsigned number)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }

  ~ScriptedServer() {
    acceptor_.request_stop();
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    serving_.clear();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] unsigned connections() const { return connections_; }
  /// Until that many connections are closed on this side.
  void wait_until_closed(unsigned count) const {
    while (closed_ < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int descriptor = ::accept(listener_, nullptr, nullptr);
      if (descriptor < 0) continue;
      const unsigned number = connections_++;
      {
        const std::scoped_lock lock(mutex_);
        open_.push_back(descriptor);
      }
      serving_.emplace_back([this, descriptor, number] {
        {
          ServerSide side(descriptor);
          script_(side, number);
          const std::scoped_lock lock(mutex_);
          std::erase(open_, descriptor);
        }
        ++closed_;
      });
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> connections_{0};
  std::atomic<unsigned> closed_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::jthread> serving_;
  std::jthread acceptor_;
};

}  // namespace voyages::tests
