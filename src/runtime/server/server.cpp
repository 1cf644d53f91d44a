#include "runtime/server/server.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "runtime/server/io_thread.h"
#include "runtime/server/response_writer.h"
#include "runtime/server/service.h"

namespace voyages::runtime {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr int backlog = 4096;
constexpr std::chrono::milliseconds accept_pause{100};

bool is_out_of_resources(const error_code& error) {
  return error == boost::asio::error::no_descriptors || error == boost::asio::error::no_buffer_space ||
         error == boost::asio::error::no_memory || error == boost::system::errc::too_many_files_open_in_system;
}

// The machine has no such address.
bool is_absent(const error_code& error) {
  return error == boost::system::errc::address_not_available ||
         error == boost::asio::error::address_family_not_supported;
}

std::vector<std::unique_ptr<IoThread>> make_threads(Service& service) {
  std::vector<std::unique_ptr<IoThread>> threads;
  const auto count = std::max(1U, service.options().io_threads);
  threads.reserve(count);
  for (unsigned i = 0; i < count; ++i) threads.push_back(std::make_unique<IoThread>(service));
  return threads;
}

}  // namespace

/// Accepts on the first thread and deals each connection to the thread that has the fewest: with one listening socket
/// a thread, the kernel's hashing leaves one of them idle when clients are few.
class Server::Listener {
 public:
  Listener(const ServerOptions& options, http::Handler& handler, Logger& logger, Metrics& metrics)
      : service_(options, handler, logger, metrics),
        threads_(make_threads(service_)),
        accept_timer_(threads_.front()->context()),
        stop_event_(threads_.front()->context(), ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    listen();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void run() {
    stop_event_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const error_code&) { drain(); });
    for (auto& acceptor : acceptors_) accept(acceptor);
    std::vector<std::jthread> others;
    for (auto i = threads_.begin() + 1; i != threads_.end(); ++i) {
      others.emplace_back([thread = i->get()] { thread->run(); });
    }
    threads_.front()->run();
    others.clear();
    service_.stop();
  }

  // One system call, so that a signal handler may.
  void stop() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_event_.native_handle(), &one, sizeof one);
  }

 private:
  // A name may stand for several addresses: `localhost` for 127.0.0.1 and ::1, and clients try either first.
  void listen() {
    const auto& options = service_.options();
    error_code error;
    tcp::resolver resolver(threads_.front()->context());
    const auto passive = boost::asio::ip::resolver_base::passive;
    const auto found = resolver.resolve(options.address, std::to_string(options.port), passive, error);
    for (const auto& each : found) {
      auto endpoint = each.endpoint();
      if (!acceptors_.empty()) endpoint.port(port_);  // the same free port for all
      const auto failed = listen_on(endpoint);
      // A machine without IPv6 lacks ::1, and that is all; but to serve half of the addresses would hide another
      // server.
      if (failed) error = failed;
      if (failed && !is_absent(failed)) {
        acceptors_.clear();
        break;
      }
    }
    if (!acceptors_.empty()) return;
    throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", options.address, options.port, error.message()));
  }

  error_code listen_on(const tcp::endpoint& endpoint) {
    error_code error;
    tcp::acceptor acceptor(threads_.front()->context());
    if (acceptor.open(endpoint.protocol(), error)) return error;
    if (acceptor.set_option(tcp::acceptor::reuse_address(true), error)) return error;
    // An empty address means every address, and each family has a socket of its own.
    if (endpoint.protocol() == tcp::v6() && acceptor.set_option(boost::asio::ip::v6_only(true), error)) return error;
    if (acceptor.bind(endpoint, error)) return error;
    if (acceptor.listen(backlog, error)) return error;
    port_ = acceptor.local_endpoint(error).port();
    acceptors_.push_back(std::move(acceptor));
    return error;
  }

  void accept(tcp::acceptor& acceptor) {
    auto& thread = **std::ranges::min_element(threads_, {}, [](const auto& each) { return each->load(); });
    acceptor.async_accept(thread.context(),
                          [this, &acceptor, &thread](const error_code& error, IoThread::Socket socket) {
                            if (!acceptor.is_open()) return;
                            if (is_out_of_resources(error)) return pause(acceptor);
                            if (!error) service_.enter() ? hand_over(thread, std::move(socket)) : turn_away(socket);
                            accept(acceptor);
                          });
  }

  void hand_over(IoThread& thread, IoThread::Socket socket) {
    thread.reserve();
    boost::asio::post(thread.context(),
                      [&thread, socket = std::move(socket)]() mutable { thread.adopt(std::move(socket)); });
  }

  // One try that never waits: whoever attacks by connecting must not find a second thing to hold.
  static void turn_away(IoThread::Socket& socket) {
    std::string answer;
    DateText date;
    const auto response = to_response(rejections::too_many_connections, new_uuid7(SystemClock().now()));
    append_response(answer, response, {.keep_alive = false}, date.now());
    [[maybe_unused]] const auto sent =
        ::send(socket.native_handle(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::shutdown(socket.native_handle(), SHUT_WR);
  }

  // The connection stays in the backlog; to ask for it again at once would only burn CPU.
  void pause(tcp::acceptor& acceptor) {
    service_.logger().warn("out of descriptors or memory for new connections");
    accept_timer_.expires_after(accept_pause);
    accept_timer_.async_wait([this, &acceptor](const error_code&) {
      if (acceptor.is_open()) accept(acceptor);
    });
  }

  void drain() {
    error_code ignored;
    for (auto& acceptor : acceptors_) ignored = acceptor.close(ignored);
    accept_timer_.cancel();
    // Connections handed over before are adopted before, since each thread's queue keeps its order.
    for (const auto& thread : threads_) thread->drain();
  }

  Service service_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::vector<tcp::acceptor> acceptors_;
  boost::asio::steady_timer accept_timer_;
  boost::asio::posix::stream_descriptor stop_event_;
  std::uint16_t port_ = 0;
};

Server::Server(const ServerOptions& options, http::Handler& handler, Logger& logger, Metrics& metrics)
    : listener_(std::make_unique<Listener>(options, handler, logger, metrics)) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return listener_->port(); }
void Server::run() { listener_->run(); }
void Server::stop() { listener_->stop(); }

}  // namespace voyages::runtime
