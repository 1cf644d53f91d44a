#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "runtime/server/connection.h"

// How a connection sends a body that is pulled piece by piece: the next one is asked for when the last has gone, so
// that a slow client holds one piece, and a slow source no thread of the network.

namespace voyages::runtime {

struct Connection::Pulled {
  std::optional<std::string> piece{};
  bool failed = false;
};

Connection::Pulled Connection::pull_from(http::BodySource& source, Logger& logger) {
  std::string what;
  try {
    return {.piece = source.next()};
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "an exception of unknown type";
  }
  logger.error("an answer broke off", {{"error", what}});
  return {.failed = true};
}

void Connection::pull() {
  // The time that a source takes is not its client's.
  deadline_kind_ = Deadline::none;
  auto& service = thread_.service();
  auto* pool = service.pool(http::Lane::blocking);
  // A server without pools waits where it reads.
  if (!pool) return take(pull_from(*source_, service.logger()));
  WorkerPool::Job job = [self = shared_from_this(), source = source_, &service] {
    auto pulled = pull_from(*source, service.logger());
    boost::asio::post(self->thread_.context(), [self, pulled = std::move(pulled)] {
      self->turn([&] {
        self->state_ = State::streaming;
        self->take(pulled);
      });
    });
  };
  state_ = State::away;
  if (!pool->try_post(job)) break_off();
}

// RFC 9112 §7.1: each piece is a chunk. An empty one would be the last, so it is left out.
void Connection::take(const Pulled& pulled) {
  if (pulled.failed) return break_off();
  auto& output = thread_.output();
  const bool chunked = !framing_.http_1_0;
  if (pulled.piece) {
    if (pulled.piece->empty()) return;
    if (chunked) fmt::format_to(std::back_inserter(output), "{:x}\r\n", pulled.piece->size());
    output += *pulled.piece;
    if (chunked) output += "\r\n";
    return;
  }
  if (chunked) output += "0\r\n\r\n";
  source_.reset();
  state_ = framing_.keep_alive && !thread_.draining() ? State::reading : State::closing;
}

// Without the last chunk a 1.1 client knows that something is missing; a 1.0 client only by a reset.
void Connection::break_off() {
  boost::system::error_code ignored;
  ignored = socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace voyages::runtime
