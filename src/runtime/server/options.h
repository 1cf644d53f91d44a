#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "http/message.h"

namespace voyages::runtime {

/// What one request may cost. Past a limit the request is refused and its connection closed.
struct RequestLimits {
  std::size_t head_bytes = 16 * 1024;    // request line and fields: 431
  std::size_t target_bytes = 8 * 1024;   // 414
  std::size_t fields = 100;              // 431
  std::size_t body_bytes = 1024 * 1024;  // 413
};

/// What a person sees where a request is refused with this status, for a path that browsers are sent to; nothing where
/// only programs go, which read a problem.
using ErrorPage = std::function<std::optional<http::Response>(std::string_view raw_path, int status)>;

/// How a `Server` listens, how much it takes on, and how long it waits.
struct ServerOptions {
  std::string name = "main";  // label of its metrics: a process may have several servers
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see `Server::port`

  unsigned io_threads = std::thread::hardware_concurrency();
  /// Threads of a lane are made when first needed. With none, its requests run on the thread that read them.
  unsigned blocking_threads = 64;
  std::size_t blocking_queue = 1024;
  unsigned outgoing_threads = 32;
  std::size_t outgoing_queue = 256;
  /// These wait for hashes and for commits, and do not hash: there are more than cores, so that the threads that do
  /// never want for work.
  unsigned hashing_threads = 2 * std::thread::hardware_concurrency() + 2;
  std::size_t hashing_queue = 256;

  /// Threads for handlers that take their body piece by piece: they wait for their clients, and must not keep the lanes
  /// from what waits for nobody. With no blocking lane, there are none, and every body is read before its handler runs.
  unsigned upload_threads = 32;
  std::size_t upload_queue = 64;

  std::size_t connections = 10'000;  // one more is answered 503 and closed
  RequestLimits limits{};
  ErrorPage error_page{};
  std::size_t bodies_bytes = 256 * 1024 * 1024;  // of all long bodies together that are not yet answered: 503
  std::size_t unsent_bytes = 256 * 1024 * 1024;  // of all answers together that clients are slow to take: closed

  std::chrono::milliseconds header_timeout{10'000};  // from a head's first byte, or from the accept, to its end
  std::chrono::milliseconds body_timeout{
      30'000};  // grows with what arrives, up to four times; of a streamed body also the longest pause
  std::chrono::milliseconds idle_timeout{75'000};        // between requests
  std::chrono::milliseconds write_timeout{30'000};       // grows with what is taken, see `slowest_bytes_per_s`
  std::chrono::milliseconds queue_timeout{10'000};       // a request that waited longer in its lane is not started
  std::chrono::milliseconds linger_timeout{2'000};       // for the client to read the last answer before the close
  std::chrono::milliseconds drain_timeout{10'000};       // for requests in flight when `stop` is called
  std::chrono::milliseconds heartbeat_interval{20'000};  // of a waiting stream, give or take a quarter
  std::size_t slowest_bytes_per_s = 4096;
};

}  // namespace voyages::runtime
