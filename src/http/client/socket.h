#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/client/stream.h"

namespace voyages::http::client {

/// A connected TCP socket that never blocks by itself: who has nothing to do waits with `wait_readable` or
/// `wait_writable`. Moves, does not copy.
class Socket {
 public:
  /// Looks the name up and tries each of its addresses, each for a fair share of the time that is left. The look-up
  /// itself takes as long as the system's resolver lets it. Throws `StreamFailed`.
  static Socket connect(const std::string& host, std::uint16_t port, Deadline deadline);
  /// The same for addresses that are known, and to no other.
  static Socket connect(std::span<const boost::asio::ip::address> addresses, std::uint16_t port, Deadline deadline);

  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;

  /// How many bytes were read, 0 at the end; nothing when none are there yet. Throws `StreamFailed`.
  std::optional<std::size_t> try_read(std::span<char> into);
  /// How many bytes were taken; nothing when there is no room yet. Throws `StreamFailed`, and never raises SIGPIPE.
  std::optional<std::size_t> try_write(std::string_view bytes);
  void wait_readable(Deadline deadline) const;
  void wait_writable(Deadline deadline) const;
  /// Waits for bytes, an end or an error; false when the deadline passes first.
  [[nodiscard]] bool wait_for_news(Deadline deadline) const;
  /// Whether bytes, an end or an error wait to be read.
  [[nodiscard]] bool has_news() const;
  /// The address of this side, as `192.0.2.1` or `2001:db8::1`; empty when the system does not tell.
  [[nodiscard]] std::string local_address() const;

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace voyages::http::client
