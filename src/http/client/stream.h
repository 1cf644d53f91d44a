#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace voyages::http::client {

/// When an operation must be over.
using Deadline = std::chrono::steady_clock::time_point;

/// A connection could not be made, or broke. The text says how, in words for the log.
class StreamFailed : public std::runtime_error {
 public:
  explicit StreamFailed(const std::string& text, bool timed_out = false)
      : std::runtime_error(text), timed_out_(timed_out) {}
  [[nodiscard]] bool timed_out() const { return timed_out_; }

 private:
  bool timed_out_;
};

/// Bytes both ways over TCP, with TLS or without. Every wait ends at its deadline; throws `StreamFailed`.
class Stream {
 public:
  virtual ~Stream() = default;
  /// At least one byte, or 0 when the peer has ended the stream properly.
  virtual std::size_t read(std::span<char> into, Deadline deadline) = 0;
  /// All of the bytes.
  virtual void write(std::string_view bytes, Deadline deadline) = 0;
  /// Waits until there is something to read, an end or an error; false when the deadline passes first.
  virtual bool wait_for_news(Deadline deadline) = 0;
  /// Whether the peer has neither said anything nor gone, so that a request may be sent. Never waits.
  virtual bool is_quiet() = 0;
  /// Called when all went well, before the stream is kept or closed.
  virtual void finish_exchange() {}
};

}  // namespace voyages::http::client
