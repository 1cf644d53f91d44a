#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/server/response_writer.h"
#include "runtime/server/service.h"

namespace voyages::runtime {

class Connection;

/// Milliseconds of a clock that never steps back, a few milliseconds coarse.
using Ticks = std::int64_t;

/// One thread's event loop and the connections that live on it. What connections need only while they are served, the
/// buffers, is here once, so that an idle connection costs next to nothing. All but `run`, `adopt`, `drain` and `load`
/// is for the thread itself.
class IoThread {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  explicit IoThread(Service& service);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Serves until `drain` was called and the last connection has gone.
  void run();
  /// Takes over a socket made for `context()`, whose place was taken by `reserve`.
  void adopt(Socket socket);
  /// Finishes the requests in flight within the drain timeout, closes what is idle, then ends `run`.
  void drain();
  void reserve() { load_.fetch_add(1, std::memory_order_relaxed); }
  void release();
  [[nodiscard]] std::size_t load() const { return load_.load(std::memory_order_relaxed); }
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  [[nodiscard]] Service& service() { return service_; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] Ticks now() const;
  [[nodiscard]] std::string_view date() { return date_.now(); }
  /// Where bytes are received, and where answers are written, by the connection at work. `output` is empty between
  /// two connections' turns.
  [[nodiscard]] std::array<char, 16 * 1024>& input() { return input_; }
  [[nodiscard]] std::string& output() { return output_; }
  void clear_output();
  void remove(const Connection& connection);

 private:
  void start_timer();
  void sweep();
  void begin_drain();
  void finish_if_drained();

  Service& service_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds sweep_interval_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::atomic<std::size_t> load_{0};
  DateText date_;
  std::string output_;
  bool draining_ = false;
  Ticks drain_until_ = 0;
  std::array<char, 16 * 1024> input_;
};

}  // namespace voyages::runtime
