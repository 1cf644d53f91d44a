#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/worker_pool.h"
#include "http/client/stream.h"

namespace voyages::http::client {

/// The addresses of a host, as the system's resolver has them, in the order to try them in. It takes as long as the
/// system lets it. Throws `StreamFailed` if there are none.
std::vector<boost::asio::ip::address> look_up(const std::string& host);

/// Finds the addresses of hosts.
class Resolver {
 public:
  virtual ~Resolver() = default;
  /// At least one, in the order to try them in. Returns or throws `StreamFailed` when the deadline has come.
  virtual std::vector<boost::asio::ip::address> resolve(const std::string& host, Deadline deadline) = 0;
};

/// The system's resolver, in threads of its own: getaddrinfo cannot be stopped, so the caller leaves it at its deadline
/// and the thread goes on until the system gives up. There are few such threads, however many names hang; callers that
/// find none free wait until their own deadlines. Thread-safe.
class SystemResolver final : public Resolver {
 public:
  using LookUp = std::function<std::vector<boost::asio::ip::address>(const std::string& host)>;

  explicit SystemResolver(LookUp look_up_host = look_up);

  std::vector<boost::asio::ip::address> resolve(const std::string& host, Deadline deadline) override;

 private:
  LookUp look_up_;
  WorkerPool threads_;  // after what they use
};

}  // namespace voyages::http::client
