#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace voyages::bench {

/// A mail server on this machine that takes each mail at once, but those to an address that begins with `silent_to`: of
/// such a mail's RCPT it takes no notice, and the client waits.
class Relay {
 public:
  explicit Relay(std::string silent_to = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Returns once a mail to the address was taken. Throws after a minute.
  void wait_for(const std::string& address);

 private:
  void accept_all();
  void serve(int connection);

  const std::string silent_to_;
  int socket_;
  std::uint16_t port_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::set<std::string> taken_;
  std::vector<int> connections_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace voyages::bench
