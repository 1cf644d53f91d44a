#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "http/message.h"

namespace voyages::runtime {

/// A request's body on its way from the connection, which puts in what arrives, to the handler, which pulls it on a
/// thread of its own. The connection reads no more than there is room for, so a slow handler slows its client down.
class IncomingBody final : public http::BodySource {
 public:
  /// What may wait for the handler; as much again may be in its hands.
  static constexpr std::size_t room_bytes = 64 * 1024;

  /// `wake` tells the connection that the handler wants its first piece, or that there is room again. It is called on
  /// the handler's thread.
  explicit IncomingBody(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// Waits for the next piece. Throws `BodyBroken` when the rest will not come.
  std::optional<std::string> next() override;

  /// Whether the handler has asked for any of it.
  [[nodiscard]] bool wanted() const;
  /// When it says no, it wakes the connection once there is.
  [[nodiscard]] bool has_room();
  void put(std::string_view bytes);
  /// The body is whole.
  void end();
  /// The rest will not come. Does nothing after `end` or an earlier reason.
  void lose(http::BodyBroken::Reason reason);
  /// Nothing more is to be put in.
  [[nodiscard]] bool is_over() const;

 private:
  // A piece of what was received at once still fits.
  static constexpr std::size_t full_bytes = room_bytes - 16 * 1024;

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool wanted_ = false;
  bool connection_waits_ = false;  // for room
  bool ended_ = false;
  std::optional<http::BodyBroken::Reason> lost_;
};

}  // namespace voyages::runtime
