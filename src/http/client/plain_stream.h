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
  bool is_quiet() override { return !socket_.has_news(); }

 private:
  Socket socket_;
};

}  // namespace voyages::http::client
