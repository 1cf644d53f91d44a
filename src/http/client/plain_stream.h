#pragma once

#include <utility>

#include "http/client/socket.h"
#include "http/client/stream.h"

namespace voyages::http::client {

/// TCP alone.
class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  std::size_t read(std::span<char> into, Deadline deadline) override;
  void write(std::string_view bytes, Deadline deadline) override;
  bool wait_for_news(Deadline deadline) override { return socket_.wait_for_news(deadline); }
  bool is_quiet() override { return !socket_.has_news(); }

  [[nodiscard]] const Socket& socket() const { return socket_; }
  /// The connection, for TLS to go on with (RFC 3207). The stream is of no use afterwards.
  Socket take_socket() && { return std::move(socket_); }

 private:
  Socket socket_;
};

}  // namespace voyages::http::client
