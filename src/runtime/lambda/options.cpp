#include "runtime/lambda/options.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "base/encoding.h"

namespace voyages::runtime::lambda {

namespace {

// Lambda's names and Powertools': TRACE, DEBUG, INFO, WARN, WARNING, ERROR, FATAL, CRITICAL.
std::optional<LogLevel> level_of(std::string_view text) {
  const auto name = to_lower_ascii(text);
  if (name == "trace") return LogLevel::debug;
  if (name == "warning") return LogLevel::warn;
  if (name == "fatal" || name == "critical") return LogLevel::error;
  return parse_log_level(name);
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

Environment Environment::read(const Read& read) {
  const auto get = [&](const char* name, std::string_view otherwise = {}) {
    const char* value = read ? read(name) : std::getenv(name);
    return std::string(value && *value != '\0' ? std::string_view(value) : otherwise);
  };
  Environment environment;
  environment.runtime_api = get("AWS_LAMBDA_RUNTIME_API");
  environment.function_name = get("AWS_LAMBDA_FUNCTION_NAME");
  environment.function_version = get("AWS_LAMBDA_FUNCTION_VERSION");
  environment.memory_size_mb = number_of(get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
  environment.log_group = get("AWS_LAMBDA_LOG_GROUP_NAME");
  environment.log_stream = get("AWS_LAMBDA_LOG_STREAM_NAME");
  environment.initialization_type = get("AWS_LAMBDA_INITIALIZATION_TYPE");
  environment.log_format = get("AWS_LAMBDA_LOG_FORMAT");
  environment.log_level = level_of(get("AWS_LAMBDA_LOG_LEVEL", get("POWERTOOLS_LOG_LEVEL")));
  environment.service = get("POWERTOOLS_SERVICE_NAME", environment.service);
  environment.metrics = get("POWERTOOLS_METRICS_NAMESPACE", environment.metrics);
  const auto disabled = to_lower_ascii(get("POWERTOOLS_METRICS_DISABLED"));
  environment.metrics_disabled = disabled == "true" || disabled == "1";
  return environment;
}

}  // namespace voyages::runtime::lambda
