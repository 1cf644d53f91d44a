#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "base/encoding.h"
#include "base/visible_text.h"

namespace voyages {

namespace {

constexpr std::size_t flush_at_bytes = 64 * 1024;
constexpr std::chrono::milliseconds flush_interval{100};
constexpr std::size_t relay_bytes = 1024 * 1024;  // of lines that wait for a sink

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string_view to_string(LogLevel level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

// As Lambda's own log levels are called, by which it filters.
std::string_view to_lambda_string(LogLevel level) {
  constexpr std::string_view names[] = {"DEBUG", "INFO", "WARN", "ERROR", "OFF"};
  return names[static_cast<std::size_t>(level)];
}

void append_value(std::string& out, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_json_string(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    if (std::isfinite(*real)) {
      fmt::format_to(std::back_inserter(out), "{:.6g}", *real);
    } else {
      out += "null";
    }
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

void append_fields(std::string& out, Logger::Fields fields) {
  for (const auto& field : fields) {
    out += ',';
    append_json_string(out, field.name);
    out += ':';
    append_value(out, field);
  }
}

}  // namespace

struct Logger::Buffer {
  Buffer(int target, bool gathers) : descriptor(target) {
    if (gathers) flusher = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  // `mutex` is held.
  void append(std::string_view line, bool urgent) {
    // Only the first line wakes the flusher, which then lets others gather: a wake costs more than a line.
    const bool wakes = text.empty() && !urgent;
    text += line;
    if (urgent || text.size() >= flush_at_bytes) {
      drain();
    } else if (wakes) {
      wake.notify_one();
    }
  }

  // A full disk or a closed pipe must not stop the service: such lines are lost, which is the lesser harm.
  void drain() {
    std::string_view left = text;
    while (!left.empty()) {
      const auto written = ::write(descriptor, left.data(), left.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    text.clear();
  }

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      wake.wait(lock, stop, [this] { return !text.empty(); });
      // Let lines gather, then write them with one call.
      wake.wait_for(lock, stop, flush_interval, [] { return false; });
      drain();
    }
  }

  int descriptor;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::string text;
  std::string context;  // fields, each with a comma before it
  std::jthread flusher;
};

/// Carries lines to a sink on a thread of its own. What waits is bounded, so a sink that hangs costs lines alone.
class Logger::Relay {
 public:
  explicit Relay(std::shared_ptr<LogSink> sink)
      : sink_(std::move(sink)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void hand(LogLevel level, std::string_view line) noexcept {
    const std::scoped_lock lock(mutex_);
    if (waiting_bytes_ + line.size() > relay_bytes) {
      ++missed_;
      return;
    }
    try {
      waiting_.push_back({level, std::string(line)});
    } catch (const std::bad_alloc&) {
      ++missed_;
      return;
    }
    waiting_bytes_ += line.size();
    wake_.notify_one();
  }

 private:
  struct Line {
    LogLevel level;
    std::string text;
  };

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
      const auto lines = std::exchange(waiting_, {});
      const auto missed = std::exchange(missed_, 0);
      waiting_bytes_ = 0;
      lock.unlock();
      for (const auto& line : lines) give(line.level, line.text);
      if (missed > 0) {
        give(LogLevel::warn,
             fmt::format(R"({{"time":"{}","level":"warn","message":"the log's sink fell behind","missed":{}}})",
                         to_rfc3339(SystemClock().now()), missed));
      }
      lock.lock();
    }
  }

  // To log its failure would only make the next line that fails.
  void give(LogLevel level, std::string_view line) noexcept {
    try {
      sink_->take(level, line);
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  }

  std::shared_ptr<LogSink> sink_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Line> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t missed_ = 0;
  std::jthread thread_;  // last: it uses the others
};

Logger::Logger(LogLevel level, int descriptor, LogStyle style)
    : level_(level), style_(style), buffer_(std::make_unique<Buffer>(descriptor, style == LogStyle::server)) {}

Logger::~Logger() { flush(); }

void Logger::add_sink(std::shared_ptr<LogSink> sink) { relay_ = std::make_unique<Relay>(std::move(sink)); }

void Logger::flush() {
  const std::scoped_lock lock(buffer_->mutex);
  buffer_->drain();
}

void Logger::set_context(Fields fields) {
  std::string context;
  append_fields(context, fields);
  const std::scoped_lock lock(buffer_->mutex);
  buffer_->context = std::move(context);
}

void Logger::write_object(std::string_view json) {
  std::string line(json);
  line += '\n';
  const std::scoped_lock lock(buffer_->mutex);
  buffer_->append(line, style_ == LogStyle::lambda);
}

void Logger::write(LogLevel level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  const auto now = to_rfc3339(SystemClock().now());
  std::string line;
  line.reserve(512);
  if (style_ == LogStyle::lambda) {
    line += R"({"level":")";
    line += to_lambda_string(level);
    line += R"(","message":)";
    append_json_string(line, message);
    line += R"(,"timestamp":")";
    line += now;
    line += '"';
  } else {
    line += R"({"time":")";
    line += now;
    line += R"(","level":")";
    line += to_string(level);
    line += R"(","message":)";
    append_json_string(line, message);
  }
  std::string own;
  append_fields(own, fields);
  {
    const std::scoped_lock lock(buffer_->mutex);
    line += buffer_->context;
    line += own;
    line += "}\n";
    // An operator may read the lines in a terminal: what one obeys or hides goes there escaped.
    if (!std::ranges::all_of(line, is_ascii)) line = escape_hidden_json(line);
    buffer_->append(line, style_ == LogStyle::lambda || level >= LogLevel::warn);
  }
  if (relay_) relay_->hand(level, std::string_view(line).substr(0, line.size() - 1));
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::off}) {
    if (text == to_string(level)) return level;
  }
  return std::nullopt;
}

void append_json_string(std::string& out, std::string_view text) {
  // Whether it is UTF-8 matters, and is looked at, only when there is something beyond ASCII.
  const bool well_formed = std::ranges::all_of(text, is_ascii) || is_utf8(text);
  const auto stays = [well_formed](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && c != '"' && c != '\\' && byte != 0x7f && (byte < 0x80 || well_formed);
  };
  out += '"';
  while (true) {
    const auto run = static_cast<std::size_t>(std::ranges::find_if_not(text, stays) - text.begin());
    out += text.substr(0, run);
    if (run == text.size()) break;
    const char c = text[run];
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (is_ascii(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(run + 1);
  }
  out += '"';
}

}  // namespace voyages
