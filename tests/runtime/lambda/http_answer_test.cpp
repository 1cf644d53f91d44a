#include "runtime/lambda/http_answer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace voyages::runtime::lambda::test {
namespace {

boost::json::object answer(const http::Response& response, bool is_head = false) {
  return boost::json::parse(*to_answer(response, is_head)).as_object();
}

/// Pieces, and then the end or an exception.
class Pieces final : public http::BodySource {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  std::optional<std::string> next() override {
    if (at_ == pieces_.size()) return std::nullopt;
    return pieces_[at_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t at_ = 0;
};

TEST(LambdaHttpAnswer, CarriesTextAsItIsAndTheRestInBase64) {
  const auto text = answer({.status = 201, .body = "grüß \"dich\"\n\x01\x7f"});
  EXPECT_EQ(text.at("statusCode").as_int64(), 201);
  EXPECT_EQ(text.at("body").as_string(), "grüß \"dich\"\n\x01\x7f");
  EXPECT_EQ(text.at("isBase64Encoded").as_bool(), false);
  const std::string bytes("\x1f\x8b\x08\x00", 4);
  const auto binary = answer({.body = bytes});
  EXPECT_EQ(binary.at("isBase64Encoded").as_bool(), true);
  EXPECT_EQ(from_base64(std::string_view(binary.at("body").as_string())), bytes);
}

TEST(LambdaHttpAnswer, JoinsFieldsOfOneNameButNotCookies) {
  http::Response response;
  response.headers.add("Vary", "Origin");
  response.headers.add("Set-Cookie", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  response.headers.add("vary", "Accept-Encoding");
  response.headers.add("set-cookie", "b=2");
  const auto made = answer(response);
  ASSERT_EQ(made.at("headers").as_object().size(), 1U);
  EXPECT_EQ(made.at("headers").at("Vary").as_string(), "Origin, Accept-Encoding");
  EXPECT_EQ(made.at("cookies"), (boost::json::array{"a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "b=2"}));
}

TEST(LambdaHttpAnswer, LeavesOutWhatThePlatformWritesAndWhatWouldSplitIt) {
  http::Response response{.body = "x"};
  for (const auto* name : {"Date", "Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding", "Upgrade"}) {
    response.headers.add(name, "1");
  }
  response.headers.add("X-Bad", "a\r\nb: c");
  response.headers.add("WWW-Authenticate", "Bearer");
  const auto made = answer(response);
  ASSERT_EQ(made.at("headers").as_object().size(), 1U);
  EXPECT_EQ(made.at("headers").at("WWW-Authenticate").as_string(), "Bearer");
}

TEST(LambdaHttpAnswer, TellsTheLengthButNotTheBodyToHead) {
  const auto made = answer({.body = "12345"}, true);
  EXPECT_EQ(made.at("headers").at("Content-Length").as_string(), "5");
  EXPECT_FALSE(made.contains("body"));
}

TEST(LambdaHttpAnswer, HasNoBodyWhereTheStatusForbidsOne) {
  for (const int status : {204, 304}) {
    for (const bool is_head : {false, true}) {
      const auto made = answer({.status = status, .body = "x"}, is_head);
      EXPECT_FALSE(made.contains("body"));
      EXPECT_TRUE(made.at("headers").as_object().empty());
    }
  }
}

TEST(LambdaHttpAnswer, TakesAPageThatOutlivesIt) {
  EXPECT_EQ(answer({.static_body = "page"}).at("body").as_string(), "page");
}

TEST(LambdaHttpAnswer, DrainsAPulledBody) {
  const auto source = std::make_shared<Pieces>(std::vector<std::string>{"a", "", "bc"});
  EXPECT_EQ(answer({.source = source}).at("body").as_string(), "abc");
}

TEST(LambdaHttpAnswer, IsNothingBeyondTheLimit) {
  const http::Response response{.body = std::string(100, 'x')};
  const auto size = to_answer(response, false)->size();
  EXPECT_TRUE(to_answer(response, false, size));
  EXPECT_FALSE(to_answer(response, false, size - 1));
  EXPECT_FALSE(to_answer(response, false, 50));
  EXPECT_TRUE(to_answer(response, true, 50));
  const auto pieces = std::vector<std::string>(10, std::string(10, 'x'));
  EXPECT_FALSE(to_answer({.source = std::make_shared<Pieces>(pieces)}, false, 50));
}

TEST(LambdaHttpAnswer, BeginsAStreamWithItsMetadataAndEightNuls) {
  http::Response response{.status = 206, .body = "later"};
  response.headers.add("X-A", std::string("b\0c", 3));
  response.headers.add("Content-Type", "text/plain");
  response.headers.add("Set-Cookie", "a=1");
  const auto prelude = to_prelude(response, false);
  const auto end = prelude.find('\0');
  EXPECT_EQ(prelude.substr(end), std::string(8, '\0'));
  EXPECT_EQ(boost::json::parse(prelude.substr(0, end)),
            boost::json::parse(R"({"statusCode":206,"headers":{"Content-Type":"text/plain"},"cookies":["a=1"]})"));
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
