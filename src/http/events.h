#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

/// Server-sent events (WHATWG HTML §9.2).
namespace voyages::http {

/// One event. `type` and `id` are one line each; `data` may have several.
struct Event {
  std::string data;
  std::string type{};  // empty: `message`
  std::string id{};    // what a client that reconnects sends as `Last-Event-ID`
};

/// The event as it is sent. Throws std::invalid_argument for a type or an id that would break out of its line.
std::string format_event(const Event& event);

/// The id of the last event that the client has seen, or the empty string. Up to 256 bytes.
std::string_view last_event_id(const Request& request);

/// The events of one client, from any thread that has some. While there are none it costs no thread. The answer owns
/// it: a producer keeps a weak pointer, which is empty when the client has gone.
class EventStream final : public WaitingSource {
 public:
  struct Options {
    std::size_t waiting_bytes = 64 * 1024;  // a client that is further behind is dropped, and may come again
    std::chrono::milliseconds retry{3000};  // after which a client comes again when the server ends
  };
  EventStream() : EventStream(Options{}) {}
  explicit EventStream(Options options);

  /// False when it has ended, as it does when the client is too far behind.
  bool send(const Event& event);
  /// The client gets what was sent before, and comes again unless it is told not to.
  void end();

  std::optional<std::string> next() override;
  bool wait(std::function<void()> wake) override;
  [[nodiscard]] std::string_view heartbeat() const override;
  [[nodiscard]] std::string_view farewell() const override { return farewell_; }

 private:
  std::size_t waiting_limit_bytes_;
  std::string farewell_;
  std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
  bool ended_ = false;
};

/// The answer that sends them.
Response event_response(std::shared_ptr<EventStream> stream);

}  // namespace voyages::http
