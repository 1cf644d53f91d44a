#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/encoding.h"

namespace voyages {

namespace {

constexpr std::size_t flush_at_bytes = 64 * 1024;
constexpr std::chrono::milliseconds flush_interval{100};

std::string_view to_string(LogLevel level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};
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

}  // namespace

struct Logger::Buffer {
  explicit Buffer(int target) : descriptor(target), flusher([this](const std::stop_token& stop) { run(stop); }) {}

  void append(std::string_view line, bool urgent) {
    const std::scoped_lock lock(mutex);
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
  std::jthread flusher;
};

Logger::Logger(LogLevel level, int descriptor) : level_(level), buffer_(std::make_unique<Buffer>(descriptor)) {}

Logger::~Logger() { flush(); }

void Logger::flush() {
  const std::scoped_lock lock(buffer_->mutex);
  buffer_->drain();
}

void Logger::write(LogLevel level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  std::string line;
  line.reserve(256);
  line += R"({"time":")";
  line += to_rfc3339(SystemClock().now());
  line += R"(","level":")";
  line += to_string(level);
  line += R"(","message":)";
  append_json_string(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_value(line, field);
  }
  line += "}\n";
  buffer_->append(line, level >= LogLevel::warn);
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error, LogLevel::off}) {
    if (text == to_string(level)) return level;
  }
  return std::nullopt;
}

void append_json_string(std::string& out, std::string_view text) {
  const auto is_plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '"' && c != '\\';
  };
  out += '"';
  // Nearly all text is plain as a whole.
  const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
  out += text.substr(0, plain);
  const auto rest = text.substr(plain);
  const bool well_formed = rest.empty() || is_utf8(rest);
  for (const char c : rest) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else if (byte >= 0x80 && !well_formed) {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace voyages
