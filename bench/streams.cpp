// What streams cost in memory: a gigabyte up, a gigabyte down, and thousands of idle streams of events, over the real
// server in a process of its own. Prints the server's memory before, and the most that it had.
//
//     streams [GIGABYTES [STREAMS]]
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "http/events.h"
#include "runtime/server/server.h"

namespace {

using namespace voyages;
using Steady = std::chrono::steady_clock;

constexpr std::size_t piece_bytes = 64 * 1024;

/// So many bytes, made while they are sent.
class MadeBytes final : public http::BodySource {
 public:
  explicit MadeBytes(std::uint64_t bytes) : left_(bytes) {}
  std::optional<std::string> next() override {
    if (left_ == 0) return std::nullopt;
    const auto size = std::min<std::uint64_t>(left_, piece_bytes);
    left_ -= size;
    return std::string(size, 'x');
  }

 private:
  std::uint64_t left_;
};

/// `PUT /up` counts its body, `GET /down` sends as much, `GET /events` sends nothing yet.
class StreamHandler final : public http::Handler {
 public:
  explicit StreamHandler(std::uint64_t bytes) : bytes_(bytes) {}
  [[nodiscard]] http::Lane lane(const http::Request& request) const override {
    return request.target == "/events" ? http::Lane::quick : http::Lane::blocking;
  }
  [[nodiscard]] std::optional<std::uint64_t> streamed_body_limit(const http::Request& request) const override {
    if (request.target == "/up") return bytes_;
    return std::nullopt;
  }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    if (request.target == "/events") return http::event_response(std::make_shared<http::EventStream>());
    if (request.target == "/down") return {.source = std::make_shared<MadeBytes>(bytes_), .source_bytes = bytes_};
    std::uint64_t received = 0;
    while (const auto piece = request.source->next()) received += piece->size();
    return {.body = std::to_string(received)};
  }

 private:
  std::uint64_t bytes_;
};

[[noreturn]] void serve(int port_pipe, std::uint64_t bytes) {
  StreamHandler handler(bytes);
  Metrics metrics;
  Logger logger(LogLevel::warn, 2);
  runtime::Server server({}, handler, logger, metrics);
  const auto port = server.port();
  if (::write(port_pipe, &port, sizeof port) != sizeof port) std::_Exit(1);
  server.run();
  std::_Exit(0);
}

/// The server, in a child process that ends with this.
class ServerProcess {
 public:
  explicit ServerProcess(std::uint64_t bytes) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) serve(ends[1], bytes);
    if (::read(ends[0], &port_, sizeof port_) != sizeof port_) throw std::runtime_error("the server did not start");
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~ServerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] int connect() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
    return socket;
  }
  /// `VmRSS` is what it has, `VmHWM` the most that it had.
  [[nodiscard]] double memory_mb(std::string_view name) const {
    std::ifstream status(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(name)) return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
    }
    return 0;
  }

 private:
  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server took no more");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string receive_some(int socket) {
  std::string bytes(piece_bytes, '\0');
  const auto received = ::recv(socket, bytes.data(), bytes.size(), 0);
  if (received <= 0) throw std::runtime_error("the server sent no more");
  bytes.resize(static_cast<std::size_t>(received));
  return bytes;
}

void go_up(int socket, std::uint64_t bytes) {
  send_all(socket, fmt::format("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", bytes));
  const std::string piece(piece_bytes, 'x');
  for (std::uint64_t sent = 0; sent < bytes; sent += piece.size()) send_all(socket, piece);
  if (!receive_some(socket).ends_with(fmt::format("\r\n\r\n{}", bytes))) throw std::runtime_error("bytes are missing");
}

void come_down(int socket, std::uint64_t bytes) {
  send_all(socket, "GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
  auto begun = receive_some(socket);
  const auto head_bytes = begun.find("\r\n\r\n") + 4;
  for (auto received = begun.size() - head_bytes; received < bytes;) received += receive_some(socket).size();
}

void measure(std::string_view what, std::uint64_t bytes, const std::function<void(const ServerProcess&)>& work) {
  const ServerProcess server(bytes);
  const auto before_mb = server.memory_mb("VmRSS");
  const auto started = Steady::now();
  work(server);
  const std::chrono::duration<double> duration = Steady::now() - started;
  fmt::print("{:<24} {:6.1f} s, memory before {:5.1f} MB, at most {:5.1f} MB\n", what, duration.count(), before_mb,
             server.memory_mb("VmHWM"));
}

}  // namespace

int main(int count, char** arguments) {
  const auto gigabytes = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
  const auto streams = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 5000;
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);
  try {
    const auto bytes = gigabytes << 30;
    measure(fmt::format("{} GB up", gigabytes), bytes, [&](const auto& server) { go_up(server.connect(), bytes); });
    measure(fmt::format("{} GB down", gigabytes), bytes,
            [&](const auto& server) { come_down(server.connect(), bytes); });
    measure(fmt::format("{} idle streams", streams), bytes, [&](const auto& server) {
      std::vector<int> clients;
      for (std::uint64_t i = 0; i < streams; ++i) {
        clients.push_back(server.connect());
        send_all(clients.back(), "GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
        if (!receive_some(clients.back()).starts_with("HTTP/1.1 200")) throw std::runtime_error("no stream");
      }
      for (const int client : clients) ::close(client);
    });
  } catch (const std::exception& exception) {
    fmt::print(stderr, "{}\n", exception.what());
    return 1;
  }
  return 0;
}
