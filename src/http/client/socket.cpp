#include "http/client/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include "http/client/resolver.h"

namespace voyages::http::client {

namespace {

std::string describe_error(int error) { return std::generic_category().message(error); }

int milliseconds_until(Deadline deadline) {
  // Rounded up, or the last fraction of a millisecond would be spent in a loop.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

bool poll_for(int descriptor, short events, int timeout_ms) {
  pollfd waiting{.fd = descriptor, .events = events, .revents = 0};
  const int ready = ::poll(&waiting, 1, timeout_ms);
  if (ready < 0 && errno != EINTR) throw StreamFailed("cannot wait for the connection: " + describe_error(errno));
  return ready > 0;
}

/// False when the deadline passed first; then nothing is waited for, even where something is there.
bool wait_for(int descriptor, short events, Deadline deadline) {
  while (true) {
    const int left_ms = milliseconds_until(deadline);
    if (left_ms == 0) return false;
    if (poll_for(descriptor, events, left_ms)) return true;
  }
}

void set_option(int descriptor, int level, int name) {
  const int on = 1;
  // Without these the connection is slower, or its loss is found later; it still works.
  ::setsockopt(descriptor, level, name, &on, sizeof on);
}

/// 0, or the error number.
int finish_connecting(int descriptor, const boost::asio::ip::tcp::endpoint& endpoint, Deadline deadline) {
  if (::connect(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) return 0;
  // An interrupted connect goes on in the background as a non-blocking one does (connect(2)).
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  if (!wait_for(descriptor, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  return error;
}

}  // namespace

Socket Socket::connect(const std::string& host, std::uint16_t port, Deadline deadline) {
  return connect(look_up(host), port, deadline);
}

Socket Socket::connect(std::span<const boost::asio::ip::address> addresses, std::uint16_t port, Deadline deadline) {
  int error = ETIMEDOUT;
  for (; !addresses.empty(); addresses = addresses.subspan(1)) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      error = ETIMEDOUT;
      break;
    }
    const auto share = (deadline - now) / static_cast<Deadline::rep>(addresses.size());
    const boost::asio::ip::tcp::endpoint endpoint(addresses.front(), port);
    Socket socket(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.descriptor_ < 0) {
      error = errno;
      continue;
    }
    set_option(socket.descriptor_, IPPROTO_TCP, TCP_NODELAY);
    set_option(socket.descriptor_, SOL_SOCKET, SO_KEEPALIVE);
    error = finish_connecting(socket.descriptor_, endpoint, now + share);
    if (error == 0) return socket;
  }
  throw StreamFailed("cannot connect: " + describe_error(error), error == ETIMEDOUT);
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

std::optional<std::size_t> Socket::try_read(std::span<char> into) {
  while (true) {
    const auto got = ::recv(descriptor_, into.data(), into.size(), 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) return std::nullopt;
    if (errno != EINTR) throw StreamFailed("the connection broke: " + describe_error(errno));
  }
}

std::optional<std::size_t> Socket::try_write(std::string_view bytes) {
  while (true) {
    const auto taken = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno == EAGAIN) return std::nullopt;
    if (errno != EINTR) throw StreamFailed("the connection broke: " + describe_error(errno));
  }
}

void Socket::wait_readable(Deadline deadline) const {
  if (!wait_for_news(deadline)) throw StreamFailed("no answer in time", true);
}

void Socket::wait_writable(Deadline deadline) const {
  if (!wait_for(descriptor_, POLLOUT, deadline)) throw StreamFailed("the server takes nothing in time", true);
}

bool Socket::wait_for_news(Deadline deadline) const { return wait_for(descriptor_, POLLIN, deadline); }

bool Socket::has_news() const { return poll_for(descriptor_, POLLIN, 0); }

std::string Socket::local_address() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  char text[NI_MAXHOST];
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  if (::getnameinfo(any, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  // Without the interface of a link-local address: `fe80::1%eth0`.
  const std::string_view shown = text;
  return std::string(shown.substr(0, shown.find('%')));
}

}  // namespace voyages::http::client
