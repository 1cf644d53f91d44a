#include "runtime/lambda/options.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <map>
#include <string>

#include "runtime/lambda/termination.h"

namespace voyages::runtime::lambda::test {
namespace {

Environment environment(const std::map<std::string, std::string>& variables) {
  return Environment::read([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(LambdaEnvironment, ReadsWhatLambdaSays) {
  const auto read = environment({{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"},
                                 {"AWS_LAMBDA_FUNCTION_NAME", "api"},
                                 {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
                                 {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"},
                                 {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/api"},
                                 {"AWS_LAMBDA_LOG_STREAM_NAME", "stream"},
                                 {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
                                 {"AWS_LAMBDA_LOG_FORMAT", "JSON"},
                                 {"AWS_LAMBDA_LOG_LEVEL", "WARN"},
                                 {"POWERTOOLS_LOG_LEVEL", "DEBUG"},
                                 {"POWERTOOLS_SERVICE_NAME", "mail"},
                                 {"POWERTOOLS_METRICS_NAMESPACE", "Mine"},
                                 {"POWERTOOLS_METRICS_DISABLED", "true"}});
  EXPECT_EQ(read.runtime_api, "127.0.0.1:9001");
  EXPECT_EQ(read.function_name, "api");
  EXPECT_EQ(read.function_version, "$LATEST");
  EXPECT_EQ(read.memory_size_mb, 512U);
  EXPECT_EQ(read.log_group, "/aws/lambda/api");
  EXPECT_EQ(read.log_stream, "stream");
  EXPECT_EQ(read.initialization_type, "on-demand");
  EXPECT_EQ(read.log_format, "JSON");
  EXPECT_EQ(read.log_level, LogLevel::warn);
  EXPECT_EQ(read.service, "mail");
  EXPECT_EQ(read.metrics, "Mine");
  EXPECT_TRUE(read.metrics_disabled);
}

TEST(LambdaEnvironment, HasDefaultsForWhatIsMissingOrEmpty) {
  const auto read = environment({{"POWERTOOLS_SERVICE_NAME", ""}, {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "much"}});
  EXPECT_EQ(read.service, "voyages");
  EXPECT_EQ(read.metrics, "CloudVoyages");
  EXPECT_EQ(read.memory_size_mb, 0U);
  EXPECT_FALSE(read.log_level);
  EXPECT_FALSE(read.metrics_disabled);
}

TEST(LambdaEnvironment, KnowsTheNamesOfLogLevels) {
  const std::map<std::string, std::optional<LogLevel>> levels{
      {"TRACE", LogLevel::debug},  {"DEBUG", LogLevel::debug}, {"INFO", LogLevel::info},   {"WARN", LogLevel::warn},
      {"warning", LogLevel::warn}, {"ERROR", LogLevel::error}, {"FATAL", LogLevel::error}, {"LOUD", std::nullopt}};
  for (const auto& [name, level] : levels) EXPECT_EQ(environment({{"AWS_LAMBDA_LOG_LEVEL", name}}).log_level, level);
  EXPECT_EQ(environment({{"POWERTOOLS_LOG_LEVEL", "ERROR"}}).log_level, LogLevel::error);
}

TEST(LambdaTermination, MakesASignalReadableInsteadOfFatal) {
  const Termination termination;
  pollfd waiting{.fd = termination.descriptor(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
  // To this thread, whose other ones do not block it.
  pthread_kill(pthread_self(), SIGTERM);
  EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
