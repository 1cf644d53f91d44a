#include "base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace voyages::tests {
namespace {

class LogTest : public testing::Test {
 protected:
  LogTest() : descriptor_(::open(path().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) {}
  ~LogTest() override { ::close(descriptor_); }

  [[nodiscard]] std::string written() const {
    std::ostringstream text;
    text << std::ifstream(path()).rdbuf();
    return text.str();
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "log"; }

  TemporaryDirectory directory_;
  int descriptor_;
};

TEST_F(LogTest, WritesTimeLevelMessageAndFieldsForAServer) {
  Logger log(LogLevel::info, descriptor_);
  log.debug("unheard");
  log.warn("full \"disk\"", {{"bytes", std::int64_t{7}}, {"share", 0.5}, {"last", true}, {"who", "ü"}});
  const auto line = boost::json::parse(written()).as_object();
  EXPECT_EQ(line.begin()->key(), "time");
  EXPECT_EQ(line.at("level").as_string(), "warn");
  EXPECT_EQ(line.at("message").as_string(), "full \"disk\"");
  EXPECT_EQ(line.at("bytes").as_int64(), 7);
  EXPECT_EQ(line.at("share").as_double(), 0.5);
  EXPECT_EQ(line.at("last").as_bool(), true);
  EXPECT_EQ(line.at("who").as_string(), "ü");
  EXPECT_FALSE(line.contains("timestamp"));
}

TEST_F(LogTest, EscapesWhatATerminalWouldObeyOrHide) {
  Logger log(LogLevel::info, descriptor_);
  const std::string_view hostile = "\u009B2J\u202Etxt\u200B\x1B[31m";
  log.warn(hostile, {{"who", hostile}, {"name", "Zo\u00EB"}});
  const auto line = written();
  for (const std::string_view raw : {"\u009B", "\u202E", "\u200B", "\x1B"})
    EXPECT_EQ(line.find(raw), std::string::npos) << line;
  EXPECT_NE(line.find("Zo\u00EB"), std::string::npos) << line;
  EXPECT_EQ(boost::json::parse(line).at("who").as_string(), hostile);
}

TEST_F(LogTest, WritesAsPowertoolsDoesForLambdaAndAtOnce) {
  Logger log(LogLevel::info, descriptor_, LogStyle::lambda);
  log.set_context({{"service", "mail"}, {"cold_start", true}});
  log.info("sent", {{"id", "7"}});
  EXPECT_TRUE(written().starts_with(R"({"level":"INFO","message":"sent","timestamp":"20)")) << written();
  EXPECT_TRUE(written().ends_with(R"(Z","service":"mail","cold_start":true,"id":"7"})"
                                  "\n"))
      << written();
}

TEST_F(LogTest, ForgetsAContextWithTheNextOne) {
  Logger log(LogLevel::info, descriptor_, LogStyle::lambda);
  log.set_context({{"function_request_id", "a"}});
  log.set_context({{"function_request_id", "b"}});
  log.info("x");
  EXPECT_EQ(written().find("\"a\""), std::string::npos);
  EXPECT_NE(written().find(R"("function_request_id":"b")"), std::string::npos);
}

TEST_F(LogTest, WritesAnObjectWhateverTheLevel) {
  Logger log(LogLevel::off, descriptor_, LogStyle::lambda);
  log.error("unheard");
  log.write_object(R"({"a":1})");
  EXPECT_EQ(written(), "{\"a\":1}\n");
}

TEST(JsonString, EscapesWhatMustBeAndMendsWhatIsNotUtf8) {
  const auto written = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(written(""), "\"\"");
  EXPECT_EQ(written("plain"), "\"plain\"");
  EXPECT_EQ(written("\"a\\b\n\x7f\""), R"("\"a\\b\u000a\u007f\"")");
  EXPECT_EQ(written(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(written("grü\"ß"), "\"grü\\\"ß\"");
  EXPECT_EQ(written("a\xff\"b"), "\"a\xEF\xBF\xBD\\\"b\"");
}

/// Keeps lines, after a wait or with a failure.
class KeepingSink final : public LogSink {
 public:
  explicit KeepingSink(std::vector<std::string>& lines) : lines_(lines) {}
  void take(LogLevel /*level*/, std::string_view line) override {
    if (line.find("sleep") != std::string_view::npos) {
      held.store(true);
      held.notify_one();
      held.wait(true);
    }
    if (line.find("throw") != std::string_view::npos) throw std::runtime_error("the sink is blocked");
    lines_.emplace_back(line);
  }
  std::atomic<bool> held{false};

 private:
  std::vector<std::string>& lines_;
};

TEST_F(LogTest, HandsEveryLineToASinkBesides) {
  std::vector<std::string> lines;
  {
    Logger log(LogLevel::info, descriptor_);
    log.add_sink(std::make_shared<KeepingSink>(lines));
    log.debug("unheard");
    log.info("one", {{"id", "7"}});
    log.error("two");
  }
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(boost::json::parse(lines[0]).as_object().at("id").as_string(), "7");
  EXPECT_EQ(lines[0] + '\n' + lines[1] + '\n', written());
}

TEST_F(LogTest, LosesOnlyTheLineForWhichASinkFails) {
  std::vector<std::string> lines;
  {
    Logger log(LogLevel::info, descriptor_);
    log.add_sink(std::make_shared<KeepingSink>(lines));
    log.warn("throw");
    log.warn("after");
  }
  EXPECT_EQ(lines.size(), 1U);
  EXPECT_NE(written().find("throw"), std::string::npos);
}

TEST_F(LogTest, NeverWaitsForASinkAndCountsWhatItMisses) {
  std::vector<std::string> lines;
  {
    Logger log(LogLevel::info, descriptor_);
    const auto sink = std::make_shared<KeepingSink>(lines);
    log.add_sink(sink);
    log.warn("sleep");
    sink->held.wait(false);
    // All of it returns while the sink holds the first line.
    const std::string long_text(100'000, 'x');
    for (int i = 0; i < 20; ++i) log.warn(long_text);
    sink->held.store(false);
    sink->held.notify_one();
  }
  ASSERT_FALSE(lines.empty());
  EXPECT_LT(lines.size(), 20U);
  const auto last = boost::json::parse(lines.back()).as_object();
  EXPECT_EQ(last.at("message").as_string(), "the log's sink fell behind");
  EXPECT_EQ(last.at("missed").as_int64(), 22 - static_cast<std::int64_t>(lines.size()));
}

}  // namespace
}  // namespace voyages::tests
