#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/server/incoming_body.h"
#include "runtime/server/io_thread.h"
#include "runtime/server/request_parser.h"
#include "runtime/server/response_writer.h"
#include "runtime/server/waker.h"

namespace voyages::runtime {

/// One client's connection: reads requests, has them handled in their lanes, writes the answers in order. While a
/// request is away in a lane, or answers are not taken, nothing more is read. Lives on one `IoThread` and is only ever
/// touched there, in turns: something happens, and then everything that it makes possible.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(IoThread& thread, IoThread::Socket socket, std::size_t place);

  void start();
  /// Closes when idle; otherwise the request at hand is this connection's last.
  void drain();
  void enforce_deadline(Ticks now);
  /// What it waited for on another thread may have happened.
  void wake() {
    turn([] {});
  }
  void close();

  /// Where its thread's list holds it.
  [[nodiscard]] std::size_t place() const { return place_; }
  void move_to(std::size_t place) { place_ = place; }

 private:
  enum class State {
    reading,
    away,       // a pool has the request, whose body may still be arriving, or makes the next piece of the answer
    streaming,  // the next piece of the answer is to be asked for
    waiting,    // the answer's source has nothing yet
    closing,    // the last answer is made
    lingering,  // and sent
    closed
  };
  enum class Deadline { none, idle, header, body, write, heartbeat, linger };

  template <class Event>
  void turn(Event event);
  void settle();
  void fail(std::string_view what);
  void wait_readable();
  void wait_writable();
  void on_readable();
  bool receive();
  void discard_input();
  std::size_t serve(std::string_view bytes);
  bool serve_pending();
  bool reserve_body();
  void release_body();
  void begin_request();
  void dispatch();
  void dispatch_streamed();
  std::size_t feed_body(std::string_view bytes);
  void receive_body();
  void skip_body();
  void drop_body(http::BodyBroken::Reason reason);
  std::shared_ptr<Waker> waker();
  void send_away(WorkerPool& pool);
  void answered(const http::Response& response);
  void answer(const http::Response& response);
  void expect_acknowledgements();
  void reject(const Rejection& rejection);
  struct Pulled;
  static Pulled pull_from(http::BodySource& source, Logger& logger);
  void pull();
  void pull_waiting(http::WaitingSource& source);
  void park();
  void beat();
  void take(const Pulled& pulled);
  void break_off();
  void flush();
  bool reserve_unsent();
  [[nodiscard]] bool all_sent() const { return unsent_.empty() && unsent_static_.empty(); }
  std::size_t send(std::string_view bytes);
  void linger();
  void set_deadline(Deadline kind, std::chrono::milliseconds timeout, std::size_t progress_bytes);
  void set_reading_deadline();
  void set_body_deadline();

  IoThread& thread_;
  IoThread::Socket socket_;
  std::size_t place_;
  State state_ = State::reading;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  Deadline deadline_kind_ = Deadline::none;
  Ticks deadline_started_ = 0;
  Ticks deadline_ = 0;
  std::string peer_ip_;
  RequestParser parser_;
  std::size_t body_bytes_ = 0;    // of the request at hand, as reserved
  std::size_t unsent_bytes_ = 0;  // of `unsent_`, as reserved
  Framing framing_;               // of the answer to the request at hand
  std::string pending_;           // received, not yet parsed
  std::string unsent_;            // answers that the client has not taken
  std::size_t sent_bytes_ = 0;    // of `unsent_`
  // The rest of the last answer's body, after `unsent_`; until it is gone nothing more is answered.
  std::string_view unsent_static_;
  std::size_t sent_static_bytes_ = 0;
  std::shared_ptr<http::BodySource> source_;  // of the answer that is being streamed
  std::optional<std::uint64_t> source_left_;  // bytes, where their number was promised
  std::shared_ptr<IncomingBody> incoming_;    // the body of the request that is away, while it is streamed
  std::size_t incoming_bytes_ = 0;            // that arrived since its deadline began
  Ticks arrived_at_ = 0;                      // the last of them
  std::shared_ptr<Waker> waker_;              // made when first needed
};

// Every event of a connection goes through here, so that none leaves undone what it made possible.
template <class Event>
void Connection::turn(Event event) {
  if (state_ == State::closed) return;
  try {
    event();
    settle();
  } catch (const std::exception& exception) {
    fail(exception.what());
  } catch (...) {
    fail("an exception of unknown type");
  }
}

}  // namespace voyages::runtime
