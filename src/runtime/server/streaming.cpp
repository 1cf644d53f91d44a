#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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
  if (auto* waiting = dynamic_cast<http::WaitingSource*>(source_.get())) return pull_waiting(*waiting);
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

// What is sent now and then fits the system's buffers for hours, also when nobody is there to acknowledge it.
void Connection::expect_acknowledgements() {
  const auto timeout_ms = static_cast<unsigned>(thread_.service().options().write_timeout.count());
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

// A source that may wait never blocks, so it needs no pool. Its own pieces wait for the client as others do.
void Connection::pull_waiting(http::WaitingSource& source) {
  if (thread_.draining()) {
    state_ = State::streaming;
    take({.piece = std::string(source.farewell())});
    return take({});
  }
  if (source.wait([waker = waker()] { waker->wake(); })) return park();
  state_ = State::streaming;
  deadline_kind_ = Deadline::none;
  take(pull_from(source, thread_.service().logger()));
}

// No thread waits. What the client sends meanwhile is kept, up to what one receive takes: that it has gone shows by
// reading.
void Connection::park() {
  state_ = State::waiting;
  if (pending_.size() < thread_.input().size()) wait_readable();
  const auto& source = static_cast<const http::WaitingSource&>(*source_);
  if (source.heartbeat().empty()) {
    deadline_kind_ = Deadline::none;
    return;
  }
  // Streams that one event has woken together must not beat together for ever.
  constexpr int slots = 64;
  const auto interval = thread_.service().options().heartbeat_interval;
  const auto slot = static_cast<int>(place_ % slots);
  set_deadline(Deadline::heartbeat, interval * 3 / 4 + interval * slot / (2 * slots), 0);
}

void Connection::beat() {
  deadline_kind_ = Deadline::none;
  take({.piece = std::string(static_cast<const http::WaitingSource&>(*source_).heartbeat())});
}

// RFC 9112 §7.1: each piece is a chunk. An empty one would be the last, so it is left out.
void Connection::take(const Pulled& pulled) {
  if (pulled.failed) return break_off();
  auto& output = thread_.output();
  const bool chunked = !framing_.http_1_0 && !source_left_;
  if (pulled.piece) {
    if (pulled.piece->empty()) return;
    if (source_left_ && pulled.piece->size() > *source_left_) return break_off();
    if (source_left_) *source_left_ -= pulled.piece->size();
    if (chunked) fmt::format_to(std::back_inserter(output), "{:x}\r\n", pulled.piece->size());
    output += *pulled.piece;
    if (chunked) output += "\r\n";
    return;
  }
  // RFC 9112 §8: a body that is shorter than its length is incomplete, and must not look whole.
  if (source_left_.value_or(0) > 0) return break_off();
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
