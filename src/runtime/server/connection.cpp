#include "runtime/server/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "base/encoding.h"

namespace voyages::runtime {

namespace {

constexpr std::size_t flush_at_bytes = 64 * 1024;
// A body up to this size needs no room in the budget of all bodies: the number of connections bounds them already, and
// nobody's long uploads keep others from signing in.
constexpr std::size_t small_body_bytes = 16 * 1024;
// A static body up to this size is sent in one piece with its head.
constexpr std::size_t small_static_bytes = 16 * 1024;
// How many times the body timeout a body may take in all, however steadily it trickles.
constexpr int longest_body_timeouts = 4;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::string text_of(const boost::asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// An assignment would keep the room.
void give_back(std::string& text) { std::string().swap(text); }

}  // namespace

Connection::Connection(IoThread& thread, IoThread::Socket socket, std::size_t place)
    : thread_(thread),
      socket_(std::move(socket)),
      place_(place),
      parser_(thread.service().options().limits, &thread.service().streamed_body_limit()) {}

void Connection::start() {
  boost::system::error_code error;
  // Answers are written whole, so waiting to fill a packet only costs time.
  error = socket_.set_option(boost::asio::ip::tcp::no_delay(true), error);
  const auto peer = socket_.remote_endpoint(error);
  if (error) return close();
  peer_ip_ = text_of(peer.address());
  set_deadline(Deadline::header, thread_.service().options().header_timeout, 0);
  wait_readable();
}

void Connection::drain() {
  const bool idle = state_ == State::reading && all_sent() && parser_.part() == RequestParser::Part::before;
  turn([this, idle] {
    // What the client has already sent is still answered.
    if (idle && !receive()) close();
  });
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  boost::system::error_code ignored;
  ignored = socket_.close(ignored);
  source_.reset();
  drop_body(http::BodyBroken::Reason::gone);
  if (waker_) waker_->retire();
  release_body();
  thread_.service().release_unsent(std::exchange(unsent_bytes_, 0));
  thread_.remove(*this);
}

// What it waited for has happened, so nothing else would end it.
void Connection::fail(std::string_view what) {
  thread_.clear_output();
  close();
  thread_.service().logger().error("a connection failed", {{"error", what}});
}

// Ends a turn. Each event can end more than one reason to wait: a client that takes the rest of an answer makes room
// for the next, which may be there already. So this does what can be done until nothing can; each return but the first
// leaves a wait behind, or a job in a pool, whose end is the next turn.
void Connection::settle() {
  while (true) {
    flush();
    if (state_ == State::closed) return;
    if (!all_sent()) {
      set_deadline(Deadline::write, thread_.service().options().write_timeout, sent_bytes_ + sent_static_bytes_);
      return wait_writable();
    }
    switch (state_) {
      case State::reading:
        if (serve_pending()) break;
        if (!thread_.draining() || parser_.part() != RequestParser::Part::before) {
          set_reading_deadline();
          return wait_readable();
        }
        state_ = State::closing;
        break;
      case State::streaming:
      case State::waiting:
        pull();
        if (state_ == State::waiting) return;
        break;
      case State::closing:
        linger();
        break;
      case State::lingering:
        return wait_readable();
      case State::away:
        if (incoming_ && incoming_->wanted() && parser_.take_continue()) {
          thread_.output() += continue_line;
          break;
        }
        return receive_body();
      case State::closed:
        return;
    }
  }
}

void Connection::wait_readable() {
  if (std::exchange(waits_readable_, true)) return;
  socket_.async_wait(IoThread::Socket::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waits_readable_ = false;
    self->turn([&] { error ? self->close() : self->on_readable(); });
  });
}

void Connection::wait_writable() {
  if (std::exchange(waits_writable_, true)) return;
  socket_.async_wait(IoThread::Socket::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
    self->waits_writable_ = false;
    self->turn([&] {
      if (error) self->close();
    });
  });
}

void Connection::on_readable() {
  if (state_ == State::lingering) {
    discard_input();
  } else if (state_ == State::waiting || (incoming_ && !incoming_->is_over() && incoming_->has_room()) ||
             (state_ == State::reading && all_sent())) {
    receive();
  }
}

// Returns whether the client had sent something; a connection that its client has ended is closed.
bool Connection::receive() {
  auto& input = thread_.input();
  const auto received = ::recv(socket_.native_handle(), input.data(), input.size(), MSG_DONTWAIT);
  if (received < 0 && would_block(errno)) return false;
  if (received <= 0) {
    close();
    return false;
  }
  const std::string_view bytes(input.data(), static_cast<std::size_t>(received));
  // Most requests come whole, and are served from where they were received.
  pending_ += pending_.empty() ? bytes.substr(incoming_ ? feed_body(bytes) : serve(bytes)) : bytes;
  return true;
}

void Connection::discard_input() {
  auto& input = thread_.input();
  const auto received = ::recv(socket_.native_handle(), input.data(), input.size(), MSG_DONTWAIT);
  if (received == 0 || (received < 0 && !would_block(errno))) close();
}

// Returns whether it took anything; what it leaves is the beginning of a request, or waits for an answer to be taken.
bool Connection::serve_pending() {
  const auto used = serve(pending_);
  pending_.erase(0, used);
  if (pending_.empty()) give_back(pending_);
  return used > 0;
}

// Handles what is complete in `bytes` and returns how many of them it took.
std::size_t Connection::serve(std::string_view bytes) {
  std::size_t used = 0;
  while (state_ == State::reading && all_sent() && used < bytes.size()) {
    used += parser_.feed(bytes.substr(used));
    if (parser_.streams()) {
      dispatch_streamed();
      return used;
    }
    if (!reserve_body()) {
      reject(rejections::overloaded);
      return bytes.size();
    }
    switch (parser_.status()) {
      case RequestParser::Status::incomplete:
        if (parser_.take_continue()) thread_.output() += continue_line;
        return used;
      case RequestParser::Status::rejected:
        reject(parser_.rejection());
        return bytes.size();
      case RequestParser::Status::complete:
        dispatch();
    }
    if (thread_.output().size() >= flush_at_bytes) flush();
  }
  return used;
}

bool Connection::reserve_body() {
  const auto bytes = parser_.request().body.size();
  if (bytes <= small_body_bytes || bytes <= body_bytes_) return true;
  if (!thread_.service().reserve_body(bytes - body_bytes_)) return false;
  body_bytes_ = bytes;
  return true;
}

void Connection::release_body() {
  if (body_bytes_ > 0) thread_.service().release_body(std::exchange(body_bytes_, 0));
}

void Connection::begin_request() {
  auto& request = parser_.request();
  request.peer_ip = peer_ip_;
  framing_ = {.keep_alive = parser_.keep_alive() && !thread_.draining(),
              .http_1_0 = parser_.http_1_0(),
              .head = request.method == http::Method::head};
}

void Connection::dispatch() {
  begin_request();
  const auto& request = parser_.request();
  auto& service = thread_.service();
  auto* pool = service.pool(service.lane(request));
  if (pool) {
    send_away(*pool);
  } else {
    answer(service.run(request));
  }
}

void Connection::send_away(WorkerPool& pool) {
  auto& service = thread_.service();
  const auto request = std::make_shared<http::Request>(std::move(parser_.request()));
  const auto start_until = std::chrono::steady_clock::now() + service.options().queue_timeout;
  WorkerPool::Job job = [self = shared_from_this(), request, start_until, &service] {
    const bool late = std::chrono::steady_clock::now() > start_until;
    // Nobody waits that long: to do the work all the same would make the next one late too.
    auto response = late ? service.refuse(rejections::overloaded, *request) : service.run(*request);
    boost::asio::post(self->thread_.context(),
                      [self, response = std::move(response)] { self->turn([&] { self->answered(response); }); });
  };
  if (pool.try_post(job)) {
    state_ = State::away;
    deadline_kind_ = Deadline::none;
  } else {
    answer(service.refuse(rejections::overloaded, *request));
  }
}

void Connection::answered(const http::Response& response) {
  state_ = State::reading;
  skip_body();
  answer(response);
}

void Connection::answer(const http::Response& response) {
  if (thread_.draining() || equal_ignoring_case(response.headers.get("Connection"), "close")) {
    framing_.keep_alive = false;
  }
  // A body that its handler left is not waited for: its client could hold the connection with it.
  if (incoming_ && parser_.status() != RequestParser::Status::complete) framing_.keep_alive = false;
  drop_body(http::BodyBroken::Reason::gone);
  const bool streams = response.source && !framing_.head && has_body(response.status);
  // RFC 9112 §6.3: a 1.0 client knows no chunks; for it the body ends with the connection.
  if (streams && framing_.http_1_0 && !response.source_bytes) framing_.keep_alive = false;
  append_response(thread_.output(), response, framing_, thread_.date());
  sent_static_bytes_ = 0;
  if (!framing_.head && has_body(response.status)) {
    if (response.static_body.size() <= small_static_bytes) {
      thread_.output() += response.static_body;
    } else {
      unsent_static_ = response.static_body;
    }
  }
  parser_.reset();
  release_body();
  deadline_kind_ = Deadline::none;
  if (streams) {
    source_ = response.source;
    source_left_ = response.source_bytes;
    state_ = State::streaming;
    if (dynamic_cast<const http::WaitingSource*>(source_.get())) expect_acknowledgements();
  } else if (!framing_.keep_alive) {
    state_ = State::closing;
  }
  if (!unsent_static_.empty()) flush();
}

// What follows a request that was not understood has no meaning, so the connection ends with the answer.
void Connection::reject(const Rejection& rejection) {
  auto& request = parser_.request();
  request.peer_ip = peer_ip_;
  framing_ = {.keep_alive = false, .http_1_0 = parser_.http_1_0(), .head = request.method == http::Method::head};
  answer(thread_.service().refuse(rejection, request));
}

void Connection::flush() {
  auto& output = thread_.output();
  if (!unsent_.empty()) {
    unsent_ += output;
    sent_bytes_ += send(std::string_view(unsent_).substr(sent_bytes_));
    if (sent_bytes_ == unsent_.size()) give_back(unsent_);
  } else if (!output.empty()) {
    unsent_ = std::string_view(output).substr(send(output));
    sent_bytes_ = 0;
  }
  thread_.clear_output();
  if (unsent_.empty() && !unsent_static_.empty()) {
    const auto sent = send(unsent_static_);
    unsent_static_.remove_prefix(sent);
    sent_static_bytes_ += sent;
  }
  if (!reserve_unsent()) close();
}

bool Connection::reserve_unsent() {
  auto& service = thread_.service();
  if (state_ == State::closed) return true;
  if (unsent_.size() > unsent_bytes_ && !service.reserve_unsent(unsent_.size() - unsent_bytes_)) return false;
  if (unsent_.size() < unsent_bytes_) service.release_unsent(unsent_bytes_ - unsent_.size());
  unsent_bytes_ = unsent_.size();
  return true;
}

// Returns how many bytes the system took; a connection that cannot be written to is closed.
std::size_t Connection::send(std::string_view bytes) {
  if (bytes.empty() || state_ == State::closed) return bytes.size();
  const auto sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (would_block(errno)) return 0;
  close();
  return bytes.size();
}

// RFC 9112 §9.6: to close at once with input unread would reset the connection, and could take the answer with it.
void Connection::linger() {
  state_ = State::lingering;
  give_back(pending_);
  ::shutdown(socket_.native_handle(), SHUT_WR);
  set_deadline(Deadline::linger, thread_.service().options().linger_timeout, 0);
}

void Connection::set_deadline(Deadline kind, std::chrono::milliseconds timeout, std::size_t progress_bytes) {
  if (deadline_kind_ != kind) {
    deadline_kind_ = kind;
    deadline_started_ = thread_.now();
  }
  const auto earned_ms = progress_bytes * 1000 / thread_.service().options().slowest_bytes_per_s;
  deadline_ = deadline_started_ + timeout.count() + static_cast<Ticks>(earned_ms);
}

void Connection::set_reading_deadline() {
  const auto& options = thread_.service().options();
  switch (parser_.part()) {
    case RequestParser::Part::before:
      // The first request's time runs from the accept.
      if (deadline_kind_ != Deadline::header) set_deadline(Deadline::idle, options.idle_timeout, 0);
      return;
    case RequestParser::Part::head:
      return set_deadline(Deadline::header, options.header_timeout, 0);
    case RequestParser::Part::body:
      set_deadline(Deadline::body, options.body_timeout, parser_.request().body.size());
      deadline_ = std::min(deadline_, deadline_started_ + options.body_timeout.count() * longest_body_timeouts);
      return;
  }
}

void Connection::enforce_deadline(Ticks now) {
  if (deadline_kind_ == Deadline::none || now < deadline_) return;
  const bool in_request = deadline_kind_ == Deadline::header || deadline_kind_ == Deadline::body;
  turn([this, in_request] {
    if (incoming_ && deadline_kind_ == Deadline::body) {
      incoming_->lose(http::BodyBroken::Reason::too_slow);  // which the handler answers
    } else if (deadline_kind_ == Deadline::heartbeat) {
      beat();
    } else if (in_request && parser_.part() != RequestParser::Part::before) {
      reject(rejections::request_timeout);
    } else {
      close();
    }
  });
}

}  // namespace voyages::runtime
