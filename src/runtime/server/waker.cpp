#include "runtime/server/waker.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "runtime/server/connection.h"
#include "runtime/server/io_thread.h"

namespace voyages::runtime {

Waker::Waker(IoThread& thread, std::weak_ptr<Connection> connection)
    : thread_(&thread), connection_(std::move(connection)) {}

// The lock is held while posting: a connection retires before its thread goes.
void Waker::wake() {
  const std::scoped_lock lock(mutex_);
  if (!thread_) return;
  boost::asio::post(thread_->context(), [connection = connection_] {
    if (const auto self = connection.lock()) self->wake();
  });
}

void Waker::retire() {
  const std::scoped_lock lock(mutex_);
  thread_ = nullptr;
}

}  // namespace voyages::runtime
