#include "http/client/plain_stream.h"

namespace voyages::http::client {

std::size_t PlainStream::read(std::span<char> into, Deadline deadline) {
  while (true) {
    if (const auto got = socket_.try_read(into)) return *got;
    socket_.wait_readable(deadline);
  }
}

void PlainStream::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (const auto taken = socket_.try_write(bytes)) {
      bytes.remove_prefix(*taken);
    } else {
      socket_.wait_writable(deadline);
    }
  }
}

}  // namespace voyages::http::client
