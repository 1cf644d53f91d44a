#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"

namespace voyages {

enum class LogLevel { debug, info, warn, error, off };

/// One field of a log line. There is no conversion from `Secret`, so a secret does not compile into a log.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// The port for what reads the lines besides the descriptor, such as a table that people search.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// `line` is one JSON object, without a line break. Called from one thread that is nobody else's, so it may wait, and
  /// what it throws is lost with the line.
  virtual void take(LogLevel level, std::string_view line) = 0;
};

/// Who reads the lines.
enum class LogStyle {
  server,  // `time`, `level`, `message`; `debug` and `info` lines are gathered for up to 100 ms
  lambda,  // as Powertools for AWS Lambda writes them: `level` in capitals, `message`, `timestamp`, the context. Every
           // line is out when the call returns, since a frozen environment writes nothing; there is no thread.
};

/// Writes one JSON object a line: what the style begins it with, then the fields. Lines from several threads never mix.
/// Warnings and errors are on the descriptor when the call returns; `debug` and `info` lines when the style says so.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  Logger(LogLevel level, int descriptor, LogStyle style = LogStyle::server);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  [[nodiscard]] bool enabled(LogLevel level) const { return level >= level_; }
  void debug(std::string_view message, Fields fields = {}) { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, Fields fields = {}) { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, Fields fields = {}) { write(LogLevel::error, message, fields); }
  /// What every line says from now on besides its own fields (`LogStyle::lambda` alone): the request at hand.
  void set_context(Fields fields);
  /// Writes a JSON object that is no log line, such as metrics, between the lines; the level does not matter.
  void write_object(std::string_view json);
  /// From now on, every line that is enabled goes to `sink` as well. A sink that falls behind misses lines, and is told
  /// how many; the caller never waits for it. The last lines are handed over when the logger goes. To be called once,
  /// before other threads log.
  void add_sink(std::shared_ptr<LogSink> sink);
  /// Hands every buffered line to the descriptor.
  void flush();

 private:
  void write(LogLevel level, std::string_view message, Fields fields);
  struct Buffer;
  class Relay;

  LogLevel level_;
  LogStyle style_;
  std::unique_ptr<Buffer> buffer_;
  std::unique_ptr<Relay> relay_;  // to the sink; null when there is none
};

std::optional<LogLevel> parse_log_level(std::string_view text);

/// Appends `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace voyages
