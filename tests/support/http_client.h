#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace voyages::test {

/// An answer as it came off the wire.
struct RawResponse {
  int status = 0;
  std::string head;  // status line and fields, without the empty line
  std::string body;

  [[nodiscard]] bool has(std::string_view text) const { return head.find(text) != std::string::npos; }
};

/// A blocking socket to a server on 127.0.0.1 that sends exactly the bytes it is given, however odd.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient& operator=(RawClient&&) = delete;

  /// False when the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next answer. Throws, and so fails the test, when the connection ends, or nothing comes for ten seconds, before
  /// it is whole.
  RawResponse receive(bool to_head = false) {
    auto response = try_receive(to_head);
    if (!response) throw std::runtime_error(describe_missing());
    return *std::move(response);
  }

  /// The next answer; nothing where `receive` throws.
  std::optional<RawResponse> try_receive(bool to_head = false) {
    auto head_end = received_.find("\r\n\r\n");
    while (head_end == std::string::npos) {
      if (!receive_more()) return std::nullopt;
      head_end = received_.find("\r\n\r\n");
    }
    RawResponse response;
    response.head = received_.substr(0, head_end);
    std::from_chars(response.head.data() + 9, response.head.data() + 12, response.status);
    const auto field = response.head.find("Content-Length: ");
    const auto length =
        field == std::string::npos || to_head ? 0 : std::strtoul(response.head.c_str() + field + 16, nullptr, 10);
    while (received_.size() < head_end + 4 + length) {
      if (!receive_more()) return std::nullopt;
    }
    response.body = received_.substr(head_end + 4, length);
    received_.erase(0, head_end + 4 + length);
    return response;
  }

  RawResponse exchange(std::string_view bytes) {
    send(bytes);
    return receive();
  }

  /// All that comes until the server closes the connection.
  std::string receive_rest() {
    while (receive_more()) {
    }
    return std::exchange(received_, {});
  }

  /// So many bytes; fewer when the connection ends, or nothing comes for ten seconds, before they are there.
  std::string receive_exactly(std::size_t count) {
    while (received_.size() < count && receive_more()) {
    }
    auto bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
  }

  /// After which `send` says that the server takes nothing.
  void set_send_timeout(std::chrono::milliseconds timeout) {
    const timeval time{.tv_sec = timeout.count() / 1000, .tv_usec = timeout.count() % 1000 * 1000};
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  }

  /// True when the server closes the connection without another byte.
  bool is_closed() { return !receive_more() && received_.empty() && ended_; }
  void shut_down_writing() { ::shutdown(fd_, SHUT_WR); }

 private:
  [[nodiscard]] std::string describe_missing() const {
    const auto begun = received_.substr(0, received_.find("\r\n"));
    return std::string(ended_ ? "the connection ended" : "ten seconds passed without a byte") + " after " +
           std::to_string(received_.size()) + " bytes of an answer: " + begun.substr(0, 100);
  }

  bool receive_more() {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 10'000) <= 0) return false;
    char bytes[16 * 1024];
    const auto count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace voyages::test
