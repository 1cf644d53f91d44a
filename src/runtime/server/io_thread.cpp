#include "runtime/server/io_thread.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>

#include "runtime/server/connection.h"

namespace voyages::runtime {

namespace {

constexpr std::size_t output_kept_bytes = 256 * 1024;

// Deadlines are kept to within a quarter of the shortest, and looked at once a second at most.
std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  const auto shortest =
      std::min({options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout,
                options.linger_timeout, options.drain_timeout, options.heartbeat_interval});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

}  // namespace

IoThread::IoThread(Service& service)
    : service_(service),
      work_(context_.get_executor()),
      timer_(context_),
      sweep_interval_(sweep_interval(service.options())) {}

// Here, where Connection is complete.
IoThread::~IoThread() = default;

void IoThread::run() {
  start_timer();
  while (!context_.stopped()) {
    try {
      context_.run();
    } catch (const std::exception& exception) {
      // No memory to take over one more connection must not end the others.
      service_.logger().error("event loop threw", {{"error", exception.what()}});
    }
  }
}

void IoThread::adopt(Socket socket) {
  auto connection = std::make_shared<Connection>(*this, std::move(socket), connections_.size());
  connections_.push_back(connection);
  connection->start();
}

void IoThread::release() {
  load_.fetch_sub(1, std::memory_order_relaxed);
  service_.leave();
}

void IoThread::remove(const Connection& connection) {
  const auto place = connection.place();
  connections_[place].swap(connections_.back());
  connections_[place]->move_to(place);
  connections_.pop_back();
  release();
  finish_if_drained();
}

void IoThread::drain() {
  boost::asio::post(context_, [this] { begin_drain(); });
}

void IoThread::begin_drain() {
  if (draining_) return;
  draining_ = true;
  drain_until_ = now() + service_.options().drain_timeout.count();
  const auto connections = connections_;  // closing one changes the list
  for (const auto& connection : connections) connection->drain();
  finish_if_drained();
}

void IoThread::finish_if_drained() {
  if (!draining_ || !connections_.empty()) return;
  work_.reset();
  timer_.cancel();
}

void IoThread::start_timer() {
  timer_.expires_after(sweep_interval_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void IoThread::sweep() {
  if (draining_ && connections_.empty()) return;
  // First, so that nothing that goes wrong below can be the end of all deadlines.
  start_timer();
  const auto time = now();
  const bool give_up = draining_ && time > drain_until_;
  // Backwards, since a connection that is closed is replaced by the last one.
  for (auto i = connections_.size(); i-- > 0;) {
    if (i >= connections_.size()) continue;
    const auto connection = connections_[i];
    if (give_up) {
      connection->close();
    } else {
      connection->enforce_deadline(time);
    }
  }
}

Ticks IoThread::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return static_cast<Ticks>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

void IoThread::clear_output() {
  output_.clear();
  if (output_.capacity() > output_kept_bytes) output_.shrink_to_fit();
}

}  // namespace voyages::runtime
