#include "bench/lambda/runtime_api.h"

#include <fmt/format.h>
#include <poll.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <stdexcept>
#include <vector>

namespace voyages::bench {

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::string_view runtime = "/2018-06-01/runtime/";
constexpr std::string_view extension = "/2020-01-01/extension/";
constexpr std::uint64_t most_bytes = 8U << 20;

http::response<http::string_body> answer(http::status status, std::string body = {}) {
  http::response<http::string_body> response(status, 11);
  response.set(http::field::content_type, "application/json");
  response.body() = std::move(body);
  return response;
}

void send(tcp::socket& socket, http::response<http::string_body> response) {
  response.prepare_payload();
  http::write(socket, response);
}

std::int64_t deadline_ms() {
  const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(30);
  return std::chrono::duration_cast<std::chrono::milliseconds>(deadline.time_since_epoch()).count();
}

}  // namespace

RuntimeApi::RuntimeApi() : acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {}

std::string RuntimeApi::address() const { return fmt::format("127.0.0.1:{}", acceptor_.local_endpoint().port()); }

// The connection with something to read. A connection that waits for its `next` is listened to as well, so that we see
// it close.
RuntimeApi::Connections::iterator RuntimeApi::readable(const Child& child, SteadyClock::time_point deadline,
                                                       bool& ended) {
  while (true) {
    std::vector<pollfd> waiting{{acceptor_.native_handle(), POLLIN, 0}, {child.descriptor(), POLLIN, 0}};
    for (auto& connection : connections_) waiting.push_back({connection.socket.native_handle(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0 || ::poll(waiting.data(), waiting.size(), static_cast<int>(left)) == 0)
      throw std::runtime_error("the function said nothing in time");
    auto connection = connections_.begin();
    for (std::size_t i = 2; i < waiting.size(); ++i, ++connection) {
      if (waiting[i].revents != 0) return connection;
    }
    if (waiting[0].revents != 0) {
      connections_.emplace_back(acceptor_.accept());
      connections_.back().socket.set_option(tcp::no_delay(true));
    } else if (waiting[1].revents != 0) {
      ended = true;
      return connections_.end();
    }
  }
}

// Reads one request, and answers all but `next`. True when it is for the caller to know.
bool RuntimeApi::take(Connection& connection, Heard& heard) {
  http::request_parser<http::string_body> parser;
  parser.body_limit(most_bytes);
  http::read(connection.socket, connection.buffer, parser);
  heard.at = SteadyClock::now();
  Request request = parser.release();
  const std::string_view target(request.target().data(), request.target().size());
  heard.body = std::move(request.body());
  if (target == std::string(runtime) + "invocation/next") {
    heard.kind = Heard::Kind::next;
    asking_ = &connection;
    return true;
  }
  if (target == std::string(extension) + "event/next") return false;  // answered never: there are no such events
  if (target == std::string(extension) + "register") {
    auto registered =
        answer(http::status::ok, R"({"functionName":"bench","functionVersion":"$LATEST","handler":"bench"})");
    registered.set("Lambda-Extension-Identifier", "0b5f9a3c-0000-4000-8000-000000000000");
    send(connection.socket, std::move(registered));
    return false;
  }
  if (!target.starts_with(runtime)) {
    send(connection.socket, answer(http::status::not_found));
    return false;
  }
  heard.kind = target.ends_with("/response") ? Heard::Kind::response : Heard::Kind::error;
  send(connection.socket, answer(http::status::accepted, R"({"status":"OK"})"));
  return true;
}

Heard RuntimeApi::hear(const Child& child, std::chrono::milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (true) {
    bool ended = false;
    const auto connection = readable(child, deadline, ended);
    if (ended) return {Heard::Kind::ended, SteadyClock::now(), {}};
    Heard heard{};
    try {
      if (take(*connection, heard)) return heard;
    } catch (const boost::system::system_error&) {
      // Closed, as some clients do after each call.
      if (asking_ == &*connection) asking_ = nullptr;
      connections_.erase(connection);
    }
  }
}

SteadyClock::time_point RuntimeApi::deliver(const std::string& event) {
  if (asking_ == nullptr) throw std::runtime_error("nobody waits for an event");
  auto response = answer(http::status::ok, event);
  response.set("Lambda-Runtime-Aws-Request-Id", fmt::format("8476a536-e9f4-11e8-9739-{:012x}", ++events_));
  response.set("Lambda-Runtime-Deadline-Ms", std::to_string(deadline_ms()));
  response.set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:bench");
  response.set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0");
  const auto sent = SteadyClock::now();
  send(asking_->socket, std::move(response));
  asking_ = nullptr;
  return sent;
}

}  // namespace voyages::bench
