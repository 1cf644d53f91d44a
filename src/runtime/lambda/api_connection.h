#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::runtime::lambda {

/// An answer of the platform's API.
struct ApiReply {
  int status = 0;
  http::Headers headers{};
  std::string body{};
};

/// The API gave no answer, or none that can be used. The text is for the log.
class ApiFailed : public std::runtime_error {
 public:
  enum class Kind {
    gone,          // nobody takes connections at its address
    broken,        // the connection ended, or what came is not HTTP
    unrecoverable  // it said itself that the environment is lost
  };
  ApiFailed(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// One kept-alive HTTP/1.1 connection to the API on this machine. Not the client of http/client: the wait for an event
/// has no end, a signal must end it, and an answer can be sent in chunks with trailers.
class ApiConnection {
 public:
  /// `address` is `HOST:PORT`; nothing is connected yet.
  ApiConnection(std::string address, int stop_descriptor);
  ~ApiConnection();
  ApiConnection(const ApiConnection&) = delete;
  ApiConnection& operator=(const ApiConnection&) = delete;

  /// Sends one message and waits for its answer. When the connection breaks before that, once more over a new one:
  /// the API refuses the second of two answers to an event, so that it does no harm.
  ApiReply exchange(std::string_view message);
  /// The same, unless the stop descriptor is readable first.
  std::optional<ApiReply> exchange_unless_stopped(std::string_view message);

  /// The parts of an exchange, for who sends a message piece by piece.
  void connect();
  void send(std::string_view bytes);
  ApiReply receive();
  void close();

 private:
  enum class Event { ready, stopped };
  Event wait(short events, bool watch_stop);
  std::optional<ApiReply> receive(bool watch_stop);
  std::optional<ApiReply> read_reply(bool watch_stop);
  std::optional<ApiReply> try_exchange(std::string_view message, bool watch_stop);
  std::optional<ApiReply> exchange(std::string_view message, bool watch_stop);

  std::string address_;
  int stop_descriptor_;
  int socket_ = -1;
};

}  // namespace voyages::runtime::lambda
