#pragma once

#include <cstdint>
#include <memory>

#include "base/log.h"
#include "base/metrics.h"
#include "http/message.h"
#include "runtime/server/options.h"

namespace voyages::runtime {

/// An HTTP/1.1 server (RFC 9110, RFC 9112) for a `http::Handler`. It listens from its construction, so clients may
/// connect before `run`; what it is given must outlive it.
class Server {
 public:
  /// Throws std::runtime_error when it cannot listen, and says where and why.
  Server(const ServerOptions& options, http::Handler& handler, Logger& logger, Metrics& metrics);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const;
  /// Serves until `stop`. To be called once.
  void run();
  /// Makes `run` accept no more, finish the requests in flight within the drain timeout, and return. May be called
  /// from any thread and from a signal handler, before `run` too, and more than once.
  void stop();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace voyages::runtime
