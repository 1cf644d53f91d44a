#pragma once

#include <string>

#include "base/log.h"
#include "runtime/lambda/api_connection.h"

namespace voyages::runtime::lambda {

/// Registers this process as an internal extension of its own (Extensions API, 2020-01-01).
///
/// Lambda ends an environment without extensions by SIGKILL alone. One registered extension, of either kind, is enough
/// for the runtime to get SIGTERM first, and then 500 ms (300 ms beside external ones). An external extension would be
/// a second process from /opt/extensions; an internal one, like this, lives in the runtime, may subscribe to INVOKE
/// but not to SHUTDOWN (the registration is refused with 403), and must be registered before the first `next`. So it
/// subscribes to nothing: it costs no event, and SIGTERM is the message.
class Extension {
 public:
  explicit Extension(const std::string& address) : connection_(address, -1) {}

  /// True when registered. Emulators may have no such API: then there is no SIGTERM, and nothing is lost but the last
  /// log line, so that a failure is told at `debug` alone.
  bool start(Logger& logger);

 private:
  ApiConnection connection_;
};

}  // namespace voyages::runtime::lambda
