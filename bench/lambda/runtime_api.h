#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <string>

#include "bench/lambda/child.h"

namespace voyages::bench {

/// What the function asked of the platform, or told it.
struct Heard {
  enum class Kind { next, response, error, ended } kind;
  SteadyClock::time_point at;  // the last byte of it
  std::string body;
};

/// The Lambda Runtime API, for one function at a time, on one thread and without any work between the bytes:
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class RuntimeApi {
 public:
  RuntimeApi();

  /// For AWS_LAMBDA_RUNTIME_API.
  [[nodiscard]] std::string address() const;
  /// Waits for the function; `ended` when `child` is no more. Throws when nothing came in time.
  Heard hear(const Child& child, std::chrono::milliseconds timeout);
  /// Answers the `next` that was heard; the moment before the event was sent.
  SteadyClock::time_point deliver(const std::string& event);

 private:
  using Socket = boost::asio::ip::tcp::socket;
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  struct Connection {
    explicit Connection(Socket accepted) : socket(std::move(accepted)) {}
    Socket socket;
    boost::beast::flat_buffer buffer{};
  };
  using Connections = std::list<Connection>;

  Connections::iterator readable(const Child& child, SteadyClock::time_point deadline, bool& ended);
  bool take(Connection& connection, Heard& heard);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Connections connections_;
  Connection* asking_ = nullptr;  // whose `next` waits for an event
  std::uint64_t events_ = 0;
};

}  // namespace voyages::bench
