#pragma once

#include <memory>
#include <mutex>

namespace voyages::runtime {

class Connection;
class IoThread;

/// Lets any thread start a turn of a connection, for as long as there is that connection. It may outlive the server.
class Waker {
 public:
  Waker(IoThread& thread, std::weak_ptr<Connection> connection);

  /// From any thread.
  void wake();
  /// On the connection's own thread, when it closes: to wake it does nothing from now on.
  void retire();

 private:
  std::mutex mutex_;
  IoThread* thread_;  // null when retired
  std::weak_ptr<Connection> connection_;
};

}  // namespace voyages::runtime
