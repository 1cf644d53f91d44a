#include <algorithm>
#include <utility>

#include "runtime/server/connection.h"

// How a connection takes in a body that its handler pulls piece by piece: it reads from the socket only while there is
// room, so that what waits in memory is bounded, and the client goes no faster than the handler.

namespace voyages::runtime {

namespace {

http::BodyBroken::Reason reason_of(const Rejection& rejection) {
  return rejection.status == rejections::payload_too_large.status ? http::BodyBroken::Reason::too_large
                                                                  : http::BodyBroken::Reason::malformed;
}

}  // namespace

std::shared_ptr<Waker> Connection::waker() {
  if (!waker_) waker_ = std::make_shared<Waker>(thread_, weak_from_this());
  return waker_;
}

void Connection::dispatch_streamed() {
  begin_request();
  auto& service = thread_.service();
  if (!service.reserve_body(IncomingBody::room_bytes)) return reject(rejections::overloaded);
  body_bytes_ = IncomingBody::room_bytes;
  incoming_ = std::make_shared<IncomingBody>([waker = waker()] { waker->wake(); });
  incoming_bytes_ = 0;
  auto& request = parser_.request();
  incoming_->put(std::exchange(request.body, {}));
  request.source = incoming_;
  send_away(*service.upload_pool());
}

// Returns how many bytes belong to the body.
std::size_t Connection::feed_body(std::string_view bytes) {
  const auto used = parser_.feed(bytes);
  const auto piece = std::exchange(parser_.request().body, {});
  if (!piece.empty()) incoming_->put(piece);
  incoming_bytes_ += used;
  arrived_at_ = thread_.now();
  if (parser_.status() == RequestParser::Status::complete) incoming_->end();
  if (parser_.status() == RequestParser::Status::rejected) incoming_->lose(reason_of(parser_.rejection()));
  return used;
}

void Connection::receive_body() {
  if (incoming_ && !incoming_->is_over() && !pending_.empty() && incoming_->has_room()) {
    pending_.erase(0, feed_body(pending_));
  }
  if (!incoming_ || incoming_->is_over() || !incoming_->has_room()) {
    deadline_kind_ = Deadline::none;  // the time that a handler takes is not the client's
    return;
  }
  set_body_deadline();
  wait_readable();
}

// A body of gigabytes earns hours by its progress, so it must not pause for longer than any body may.
void Connection::set_body_deadline() {
  if (parser_.wants_continue() && !incoming_->wanted()) {
    deadline_kind_ = Deadline::none;  // the client waits for us
    return;
  }
  const auto timeout = thread_.service().options().body_timeout;
  if (deadline_kind_ != Deadline::body) {
    incoming_bytes_ = 0;
    arrived_at_ = thread_.now();
  }
  set_deadline(Deadline::body, timeout, incoming_bytes_);
  deadline_ = std::min(deadline_, arrived_at_ + timeout.count());
}

// What came with the last piece may be the end of the body, so that the connection can go on.
void Connection::skip_body() {
  if (!incoming_ || incoming_->is_over()) return;
  pending_.erase(0, feed_body(pending_));
}

void Connection::drop_body(http::BodyBroken::Reason reason) {
  if (incoming_) incoming_->lose(reason);
  incoming_.reset();
}

}  // namespace voyages::runtime
