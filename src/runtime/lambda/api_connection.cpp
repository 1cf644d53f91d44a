#include "runtime/lambda/api_connection.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <memory>
#include <system_error>

namespace voyages::runtime::lambda {

namespace {

namespace beast_http = boost::beast::http;

// An event has at most 6 MB (1 MB when asynchronous); its escapes are in the body as they came.
constexpr std::size_t reply_limit_bytes = 16U << 20;
constexpr std::uint32_t head_limit_bytes = 64U << 10;

ApiFailed broken(std::string_view what) {
  return {ApiFailed::Kind::broken, fmt::format("The connection to the Runtime API broke: {}", what)};
}

ApiFailed broken(int error) { return broken(std::generic_category().message(error)); }

// Numbers alone cost no look-up, and Lambda's own address is one.
std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> resolve(const std::string& address) {
  const auto colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string port = colon == std::string::npos ? "80" : address.substr(colon + 1);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = EAI_NONAME;
  for (const int flags : {AI_NUMERICHOST | AI_NUMERICSERV, AI_NUMERICSERV}) {
    hints.ai_flags = flags;
    error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (error == 0) break;
  }
  if (error != 0) {
    throw ApiFailed(ApiFailed::Kind::gone,
                    fmt::format("The Runtime API's address {} cannot be resolved: {}", address, gai_strerror(error)));
  }
  return {found, &::freeaddrinfo};
}

}  // namespace

ApiConnection::ApiConnection(std::string address, int stop_descriptor)
    : address_(std::move(address)), stop_descriptor_(stop_descriptor) {}

ApiConnection::~ApiConnection() { close(); }

void ApiConnection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void ApiConnection::connect() {
  if (socket_ >= 0) return;
  const auto addresses = resolve(address_);
  int error = 0;
  for (const auto* each = addresses.get(); each; each = each->ai_next) {
    socket_ = ::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
    if (socket_ >= 0 && ::connect(socket_, each->ai_addr, each->ai_addrlen) == 0) {
      const int on = 1;
      ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return;
    }
    error = errno;
    close();
  }
  throw ApiFailed(ApiFailed::Kind::gone, fmt::format("The Runtime API at {} cannot be reached: {}", address_,
                                                     std::generic_category().message(error)));
}

ApiConnection::Event ApiConnection::wait(short events, bool watch_stop) {
  std::array<pollfd, 2> descriptors{{{.fd = socket_, .events = events, .revents = 0},
                                     {.fd = watch_stop ? stop_descriptor_ : -1, .events = POLLIN, .revents = 0}}};
  while (::poll(descriptors.data(), descriptors.size(), -1) < 0) {
    if (errno != EINTR) throw broken(errno);
  }
  // An event that has arrived is the caller's to handle, even when the signal came with it.
  return descriptors[0].revents != 0 ? Event::ready : Event::stopped;
}

void ApiConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      const int error = errno;
      close();
      throw broken(error);
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

ApiReply ApiConnection::receive() { return *receive(false); }

std::optional<ApiReply> ApiConnection::receive(bool watch_stop) {
  try {
    return read_reply(watch_stop);
  } catch (const ApiFailed&) {
    close();
    throw;
  }
}

std::optional<ApiReply> ApiConnection::read_reply(bool watch_stop) {
  beast_http::response_parser<beast_http::string_body> parser;
  parser.body_limit(reply_limit_bytes);
  parser.header_limit(head_limit_bytes);
  parser.eager(true);
  std::string pending;
  std::array<char, 16 * 1024> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  while (!parser.is_done()) {
    if (wait(POLLIN, watch_stop && !parser.got_some()) == Event::stopped) return std::nullopt;
    const auto received = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0) throw broken(errno);
    boost::beast::error_code error;
    if (received == 0) {
      if (!parser.got_some()) throw broken("it was closed before an answer came");
      parser.put_eof(error);
      if (error || !parser.is_done()) throw broken("it was closed before the answer was whole");
      break;
    }
    pending.append(buffer.data(), static_cast<std::size_t>(received));
    pending.erase(0, parser.put(boost::asio::const_buffer(pending.data(), pending.size()), error));
    if (error && error != beast_http::error::need_more) throw broken(error.message());
  }
  auto& message = parser.get();
  ApiReply reply{.status = static_cast<int>(message.result_int()), .headers = {}, .body = {}};
  for (const auto& field : message) {
    const auto name = field.name_string();
    reply.headers.add(std::string(name.data(), name.size()), std::string(field.value().data(), field.value().size()));
  }
  reply.body = std::move(message.body());
  if (!parser.keep_alive()) close();
  return reply;
}

std::optional<ApiReply> ApiConnection::try_exchange(std::string_view message, bool watch_stop) {
  connect();
  send(message);
  return receive(watch_stop);
}

std::optional<ApiReply> ApiConnection::exchange(std::string_view message, bool watch_stop) {
  try {
    return try_exchange(message, watch_stop);
  } catch (const ApiFailed& failure) {
    if (failure.kind() != ApiFailed::Kind::broken) throw;
  }
  return try_exchange(message, watch_stop);
}

ApiReply ApiConnection::exchange(std::string_view message) { return *exchange(message, false); }

std::optional<ApiReply> ApiConnection::exchange_unless_stopped(std::string_view message) {
  // An event that is asked for and not taken is lost, so look first.
  if (stop_descriptor_ >= 0) {
    pollfd stop{.fd = stop_descriptor_, .events = POLLIN, .revents = 0};
    if (::poll(&stop, 1, 0) > 0) return std::nullopt;
  }
  return exchange(message, true);
}

}  // namespace voyages::runtime::lambda
