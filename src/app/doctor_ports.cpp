#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "app/doctor_checks.h"
#include "app/values.h"

namespace voyages::app {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

class Socket {
 public:
  explicit Socket(const addrinfo& at) : value_(socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC, at.ai_protocol)) {}
  ~Socket() {
    if (value_ >= 0) close(value_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

// Throws with a sentence when the name has no address.
Addresses resolve(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto port = fmt::format("{}", address.port);
  const int error = getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) throw std::runtime_error(fmt::format("{}: {}", address.host, gai_strerror(error)));
  return {found, &freeaddrinfo};
}

// 0, or why a server cannot listen there.
int try_to_bind(const addrinfo& at) {
  const Socket attempt(at);
  const int yes = 1;
  if (attempt.get() < 0) return errno;
  setsockopt(attempt.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // Without this `::` would also take IPv4, and meet our own next attempt.
  if (at.ai_family == AF_INET6) setsockopt(attempt.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  return bind(attempt.get(), at.ai_addr, at.ai_addrlen) == 0 ? 0 : errno;
}

// The first bytes of the answer to a GET, or nothing within two seconds.
std::string get(const addrinfo& at, std::string_view path) {
  const Socket connection(at);
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(connection.get(), at.ai_addr, at.ai_addrlen) != 0) return {};
  const auto request = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
  if (send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  char buffer[4096];
  while (answer.size() < 65536) {
    const auto count = recv(connection.get(), buffer, sizeof buffer, 0);
    if (count <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  return answer;
}

Finding judge_taken(const addrinfo& at, std::string_view setting, const std::string& where, std::string_view path,
                    std::string_view mark) {
  const auto answer = get(at, path);
  if (answer.starts_with("HTTP/1.1 200") && answer.find(mark) != std::string::npos) {
    return {Finding::ok, "ports", fmt::format("{} serves already", where)};
  }
  return {Finding::failure, "ports", fmt::format("{} is taken by another program", where),
          fmt::format("End it (`ss -ltnp` shows which one), or choose another address with `{}`.", setting)};
}

Finding check_port(const ListenAddress& address, std::string_view setting, std::string_view path,
                   std::string_view mark) {
  const auto where = show_listen_address(address);
  if (address.port == 0) return {Finding::ok, "ports", where + ": any free port"};
  const auto addresses = resolve(address);
  int problem = EADDRNOTAVAIL;
  for (const auto* at = addresses.get(); at; at = at->ai_next) {
    const int error = try_to_bind(*at);
    if (error == EADDRINUSE) return judge_taken(*at, setting, where, path, mark);
    // `localhost` may name ::1 on a machine without IPv6: one address that works is enough.
    if (problem != 0) problem = error;
  }
  if (problem == 0) return {Finding::ok, "ports", where + " is free"};
  return {Finding::failure, "ports",
          fmt::format("{} cannot be listened on: {}", where, std::generic_category().message(problem)),
          fmt::format("Choose an address of this machine and a port from 1024 with `{}`.", setting)};
}

}  // namespace

std::vector<Finding> check_ports(const Config& config) {
  std::vector<Finding> findings{check_port(config.listen, "listen", "/health/live", R"("status":"ok")")};
  if (config.metrics_listen) {
    findings.push_back(check_port(*config.metrics_listen, "metrics_listen", "/metrics", "voyages_"));
  }
  return findings;
}

}  // namespace voyages::app
