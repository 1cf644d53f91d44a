#include "base/encoding.h"
#include "tests/runtime/lambda/function_fixture.h"

namespace voyages::runtime::lambda::test {
namespace {

/// Some pieces, then the end or what goes wrong.
class CountedPieces final : public http::BodySource {
 public:
  CountedPieces(int count, bool fails) : left_(count), fails_(fails) {}
  std::optional<std::string> next() override {
    if (left_-- > 0) return std::string(left_ % 2 == 0 ? "" : "piece");
    if (fails_) throw std::runtime_error("the disk is on fire");
    return std::nullopt;
  }

 private:
  int left_;
  bool fails_;
};

class LambdaStream : public FunctionTest {
 protected:
  LambdaStream() { options.answer_mode = AnswerMode::response_stream; }

  Received stream(const http::Response& response, std::string_view method = "GET") {
    application.on_request = [&](const http::Request&) { return response; };
    api.event(http_event(method, "/a"));
    EXPECT_EQ(run(), 0);
    return api.posts().at(0);
  }
};

const std::string empty_prelude = std::string(R"({"statusCode":200,"headers":{},"cookies":[]})") + std::string(8, '\0');

TEST_F(LambdaStream, SendsPreludeAndPiecesInChunks) {
  const auto post = stream({.source = std::make_shared<CountedPieces>(4, false)});
  EXPECT_EQ(post.target, "/2018-06-01/runtime/invocation/id-1/response");
  EXPECT_EQ(post.headers.get("Lambda-Runtime-Function-Response-Mode"), "streaming");
  EXPECT_EQ(post.headers.get("Content-Type"), "application/vnd.awslambda.http-integration-response");
  EXPECT_EQ(post.headers.get("Transfer-Encoding"), "chunked");
  EXPECT_EQ(post.headers.get("Trailer"), "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
  EXPECT_EQ(post.body, empty_prelude + "piecepiece");
  EXPECT_TRUE(post.raw.ends_with("5\r\npiece\r\n0\r\n\r\n"));
  EXPECT_FALSE(post.headers.find("Lambda-Runtime-Function-Error-Type"));
}

TEST_F(LambdaStream, TellsInTrailersThatTheRestIsMissing) {
  const auto post = stream({.source = std::make_shared<CountedPieces>(2, true)});
  EXPECT_EQ(post.body, empty_prelude + "piece");
  EXPECT_EQ(post.headers.get("Lambda-Runtime-Function-Error-Type"), "Function.BodyFailed");
  const auto error = from_base64(post.headers.get("Lambda-Runtime-Function-Error-Body"));
  ASSERT_TRUE(error);
  EXPECT_EQ(json(*error).at("errorType").as_string(), "Function.BodyFailed");
  // RFC 9112 §7.1.2: trailers stand after the last chunk.
  EXPECT_GT(post.raw.find("Function-Error-Type: "), post.raw.find("\r\n0\r\n"));
  EXPECT_EQ(error->find("fire"), std::string::npos);
  EXPECT_EQ(logged("work failed")->at("error").as_string(), "the disk is on fire");
}

TEST_F(LambdaStream, SendsWholeAnswersTheSameWay) {
  EXPECT_EQ(stream({.status = 404, .body = "gone"}).body,
            std::string(R"({"statusCode":404,"headers":{},"cookies":[]})") + std::string(8, '\0') + "gone");
}

TEST_F(LambdaStream, IsNotBoundBySixMegabytes) {
  EXPECT_EQ(stream({.body = std::string(8U << 20, 'x')}).body.size(), empty_prelude.size() + (8U << 20));
}

TEST_F(LambdaStream, SendsTheMetadataAloneToHead) {
  EXPECT_EQ(stream({.source = std::make_shared<CountedPieces>(4, false)}, "HEAD").body, empty_prelude);
}

TEST_F(LambdaStream, AnswersOtherEventsWhole) {
  api.event(R"({"source":"voyages.schedule"})");
  run();
  const auto post = api.posts().at(0);
  EXPECT_EQ(post.body, "null");
  EXPECT_FALSE(post.headers.find("Transfer-Encoding"));
}

TEST_F(LambdaStream, BeginsANewConnectionForTheNextEvent) {
  application.on_request = [](const http::Request&) { return http::Response{.body = "x"}; };
  api.event(http_event("GET", "/a"));
  api.event(http_event("GET", "/b"));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(api.posts().size(), 2U);
  EXPECT_EQ(api.connections(), 4);  // one for the extension
}

TEST_F(LambdaStream, GoesOnWhenTheApiRefusesOrDropsAStream) {
  application.on_request = [](const http::Request&) {
    return http::Response{.source = std::make_shared<CountedPieces>(100, false)};
  };
  api.on_post({.status = 413});
  api.on_post({.fault = Scripted::Fault::cut_before});
  for (int i = 0; i < 3; ++i) api.event(http_event("GET", "/a"));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(application.requests.size(), 3U);
}

using LambdaBuffered = FunctionTest;

TEST_F(LambdaBuffered, DrainsAStreamedAnswer) {
  application.on_request = [](const http::Request&) {
    return http::Response{.source = std::make_shared<CountedPieces>(4, false)};
  };
  api.event(http_event("GET", "/a"));
  run();
  EXPECT_EQ(json(api.posts().at(0).body).at("body").as_string(), "piecepiece");
}

TEST_F(LambdaBuffered, AnswersA500WhenAStreamedAnswerBreaks) {
  application.on_request = [](const http::Request&) {
    return http::Response{.source = std::make_shared<CountedPieces>(4, true)};
  };
  api.event(http_event("GET", "/a"));
  run();
  EXPECT_EQ(json(api.posts().at(0).body).at("statusCode").as_int64(), 500);
}

/// Has something to say now and then, by a plan, and never says that it is at its end.
class Patient final : public http::WaitingSource {
 public:
  explicit Patient(std::function<bool(const std::function<void()>&)> plan) : plan_(std::move(plan)) {}
  std::optional<std::string> next() override { return "piece;"; }
  bool wait(std::function<void()> wake) override { return plan_(wake); }
  [[nodiscard]] std::string_view heartbeat() const override { return "beat;"; }
  [[nodiscard]] std::string_view farewell() const override { return "bye"; }

 private:
  std::function<bool(const std::function<void()>&)> plan_;
};

TEST_F(LambdaStream, WaitsForASourceWithinTheTimeOfTheFunction) {
  options.heartbeat_interval = std::chrono::milliseconds(20);
  std::jthread producer;
  int waits = 0;
  const auto source = std::make_shared<Patient>([&](const std::function<void()>& wake) {
    ++waits;
    if (waits == 1) producer = std::jthread([wake] { wake(); });
    if (waits == 2 || waits == 4) return false;
    if (waits == 5) clock.set(from_ms(4'000'000'000'000));
    return true;
  });
  const auto post = stream({.source = source});
  EXPECT_EQ(post.body, empty_prelude + "piece;beat;piece;beat;bye");
  EXPECT_FALSE(post.headers.find("Lambda-Runtime-Function-Error-Type"));
}

TEST_F(LambdaStream, SendsWhatIsThereWhenAnswersAreWhole) {
  options.answer_mode = AnswerMode::buffered;
  int waits = 0;
  const auto source = std::make_shared<Patient>([&](const std::function<void()>&) { return ++waits > 2; });
  EXPECT_NE(stream({.source = source}).body.find(R"("body":"piece;piece;bye")"), std::string::npos);
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
