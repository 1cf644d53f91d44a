#include "bench/load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace voyages::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_errno("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("connect");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

// The answer at the front of the buffer, once it is complete. Our server and nginx send Content-Length in this
// spelling.
bool take_complete(const std::string& buffer, Answer& answer) {
  const auto head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  const auto field = buffer.find("Content-Length: ");
  std::size_t length = 0;
  if (field < head_end) std::from_chars(buffer.data() + field + 16, buffer.data() + head_end, length);
  if (buffer.size() < head_end + 4 + length) return false;
  std::from_chars(buffer.data() + 9, buffer.data() + 12, answer.status);
  answer.head = std::string_view(buffer).substr(0, head_end + 2);
  answer.body = std::string_view(buffer).substr(head_end + 4, length);
  return true;
}

// Requests are small: a socket's buffer always takes them whole.
void send_all(int socket, std::string_view bytes) {
  if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw_errno("send");
}

struct Connection {
  int socket = -1;
  Client client;
  std::string buffer;
  SteadyClock::time_point sent_at;
};

class Run {
 public:
  Run(std::uint16_t port, std::vector<Client> clients) : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (auto& client : clients) {
      auto& connection = *connections_.emplace_back(std::make_unique<Connection>());
      connection.client = std::move(client);
      open(connection);
    }
  }
  ~Run() {
    for (const auto& connection : connections_) ::close(connection->socket);
    ::close(epoll_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  LoadResult run(std::chrono::milliseconds duration) {
    const auto started = SteadyClock::now();
    for (const auto& connection : connections_) ask(*connection);
    epoll_event events[256];
    while (SteadyClock::now() < started + duration) {
      const int count = ::epoll_wait(epoll_, events, std::size(events), 100);
      for (int i = 0; i < count; ++i) read(*static_cast<Connection*>(events[i].data.ptr));
    }
    return summarise(SteadyClock::now() - started);
  }

 private:
  void open(Connection& connection) {
    connection.socket = connect_to(port_);
    connection.buffer.clear();
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
  }

  void ask(Connection& connection) {
    connection.sent_at = SteadyClock::now();
    send_all(connection.socket, connection.client.next_request());
  }

  void read(Connection& connection) {
    char bytes[16 * 1024];
    const auto count = ::recv(connection.socket, bytes, sizeof bytes, 0);
    if (count <= 0) {
      ++failures_;
      ::close(connection.socket);
      open(connection);
      return ask(connection);
    }
    connection.buffer.append(bytes, static_cast<std::size_t>(count));
    Answer answer{};
    if (!take_complete(connection.buffer, answer)) return;
    latencies_us_.push_back(
        static_cast<std::uint32_t>((SteadyClock::now() - connection.sent_at) / std::chrono::microseconds(1)));
    if (!connection.client.take_answer(answer)) ++failures_;
    connection.buffer.clear();
    ask(connection);
  }

  LoadResult summarise(SteadyClock::duration elapsed) {
    std::ranges::sort(latencies_us_);
    const auto at = [&](double share) {
      if (latencies_us_.empty()) return 0.0;
      const auto index = static_cast<std::size_t>(share * static_cast<double>(latencies_us_.size() - 1));
      return latencies_us_[index] / 1e3;
    };
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    return {static_cast<double>(latencies_us_.size()) / seconds, at(0.5), at(0.99), latencies_us_.size(), failures_};
  }

  std::uint16_t port_;
  int epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> latencies_us_;
  std::uint64_t failures_ = 0;
};

}  // namespace

LoadResult run_load(std::uint16_t port, std::vector<Client> clients, std::chrono::milliseconds duration) {
  return Run(port, std::move(clients)).run(duration);
}

namespace {

// The whole answer.
std::string exchange(std::uint16_t port, const std::string& request, int expected) {
  const int socket = connect_to(port);
  send_all(socket, request);
  std::string buffer;
  Answer answer{};
  char bytes[16 * 1024];
  while (!take_complete(buffer, answer)) {
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    if (count <= 0) break;
    buffer.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(socket);
  if (answer.status != expected) throw std::runtime_error("unexpected answer: " + buffer);
  return buffer;
}

}  // namespace

std::string call(std::uint16_t port, const std::string& request, int expected) {
  const auto answer = exchange(port, request, expected);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::string call_for_head(std::uint16_t port, const std::string& request, int expected) {
  const auto answer = exchange(port, request, expected);
  return answer.substr(0, answer.find("\r\n\r\n") + 2);
}

std::string get_request(std::string_view path, std::string_view access_token) {
  std::string request = "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!access_token.empty()) request += "Authorization: Bearer " + std::string(access_token) + "\r\n";
  return request + "\r\n";
}

std::string post_request(std::string_view path, std::string_view json, std::string_view access_token) {
  std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!access_token.empty()) request += "Authorization: Bearer " + std::string(access_token) + "\r\n";
  request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n";
  return request + std::string(json);
}

std::string own_page_request(std::string_view path, std::string_view json) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n" +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
         std::string(json);
}

std::string form_request(std::string_view path, std::string_view form, std::string_view fields) {
  std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields);
  request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(form.size());
  return request + "\r\n\r\n" + std::string(form);
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto found = text.find(begin);
  if (found == std::string_view::npos) return {};
  text.remove_prefix(found + begin.size());
  return text.substr(0, text.find(end));
}

std::string json_member(std::string_view body, std::string_view name) {
  return std::string(between(body, '"' + std::string(name) + "\":\"", "\""));
}

}  // namespace voyages::bench
