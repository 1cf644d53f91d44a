#include "http/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace voyages::http {

namespace {

void append_event_line(std::string& out, std::string_view name, std::string_view value) {
  // A line break would begin another field, and an id with a NUL is not kept (§9.2.6).
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw std::invalid_argument("an event's type or id is more than one line");
  }
  out.append(name).append(": ").append(value) += '\n';
}

}  // namespace

std::string format_event(const Event& event) {
  std::string text;
  if (!event.id.empty()) append_event_line(text, "id", event.id);
  if (!event.type.empty()) append_event_line(text, "event", event.type);
  std::string_view data = event.data;
  while (true) {
    const auto end = std::min(data.find_first_of("\r\n"), data.size());
    text.append("data: ").append(data.substr(0, end)) += '\n';
    if (end == data.size()) break;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  text += '\n';
  return text;
}

std::string_view last_event_id(const Request& request) {
  constexpr std::size_t limit_bytes = 256;
  const auto id = request.headers.get("Last-Event-ID");
  return id.size() <= limit_bytes ? id : std::string_view();
}

EventStream::EventStream(Options options)
    : waiting_limit_bytes_(options.waiting_bytes), farewell_(fmt::format("retry: {}\n\n", options.retry.count())) {}

bool EventStream::send(const Event& event) {
  const auto text = format_event(event);
  std::function<void()> wake;
  bool taken = false;
  {
    const std::scoped_lock lock(mutex_);
    if (ended_) return false;
    taken = waiting_.size() + text.size() <= waiting_limit_bytes_;
    if (taken) waiting_ += text;
    ended_ = !taken;
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
  return taken;
}

void EventStream::end() {
  std::function<void()> wake;
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    wake = std::exchange(wake_, nullptr);
  }
  if (wake) wake();
}

std::optional<std::string> EventStream::next() {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty() && ended_) return std::nullopt;
  return std::exchange(waiting_, {});
}

bool EventStream::wait(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  if (!waiting_.empty() || ended_) return false;
  wake_ = std::move(wake);
  return true;
}

std::string_view EventStream::heartbeat() const { return ":\n\n"; }

Response event_response(std::shared_ptr<EventStream> stream) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx would keep events back
  response.source = std::move(stream);
  return response;
}

}  // namespace voyages::http
