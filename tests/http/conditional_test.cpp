#include "http/conditional.h"

#include <gtest/gtest.h>

#include "base/http_date.h"

namespace voyages::tests {
namespace {

using http::EtagComparison;
using http::names_etag;
using Kind = http::RangeChoice::Kind;

class GivenText final : public http::BodySource {
 public:
  explicit GivenText(std::string text) : text_(std::move(text)) {}
  std::optional<std::string> next() override { return std::exchange(text_, std::nullopt); }

 private:
  std::optional<std::string> text_;
};

/// `0123456789`, with validators.
class ConditionalTest : public testing::Test {
 protected:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  http::Response get(const Fields& fields, http::Method method = http::Method::get) {
    http::Request request{.method = method, .target = "/file"};
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    return http::serve_content(request, content, "id");
  }
  static std::string body_of(const http::Response& response) {
    return response.source ? response.source->next().value_or("") : std::string();
  }

  int opened = 0;
  http::Content content{.content_type = "text/plain",
                        .size = 10,
                        .etag = R"("v1")",
                        .last_modified = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
                        .open = [this](std::uint64_t first, std::uint64_t count) -> std::shared_ptr<http::BodySource> {
                          ++opened;
                          return std::make_shared<GivenText>(std::string("0123456789").substr(first, count));
                        }};
};

TEST(EntityTags, AreComparedAsTheirGrammarHasThem) {
  EXPECT_TRUE(names_etag("*", R"("a")", EtagComparison::strong));
  EXPECT_TRUE(names_etag(R"("b", "a")", R"("a")", EtagComparison::strong));
  EXPECT_TRUE(names_etag(R"("x,y", "a")", R"("x,y")", EtagComparison::strong));
  EXPECT_FALSE(names_etag(R"(W/"a")", R"("a")", EtagComparison::strong));
  EXPECT_TRUE(names_etag(R"(W/"a")", R"("a")", EtagComparison::weak));
  EXPECT_TRUE(names_etag(R"("a")", R"(W/"a")", EtagComparison::weak));
  EXPECT_FALSE(names_etag(R"("ba")", R"("a")", EtagComparison::weak));
  EXPECT_FALSE(names_etag(R"(a)", R"("a")", EtagComparison::weak));
  EXPECT_FALSE(names_etag(R"("a)", R"("a")", EtagComparison::weak));
  EXPECT_FALSE(names_etag(R"("a"x)", R"("a")", EtagComparison::weak));
  EXPECT_FALSE(names_etag("", R"("a")", EtagComparison::weak));
}

TEST(Ranges, AreReadAsTheirGrammarHasThem) {
  struct Case {
    std::string_view field;
    std::uint64_t size;
    Kind kind;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };
  for (const auto& each : {Case{"bytes=0-0", 10, Kind::part, 0, 1},
                           {"bytes=3-5", 10, Kind::part, 3, 3},
                           {"BYTES=3-", 10, Kind::part, 3, 7},
                           {"bytes=-3", 10, Kind::part, 7, 3},
                           {"bytes=-30", 10, Kind::part, 0, 10},
                           {"bytes=8-99999999999999999999999", 10, Kind::part, 8, 2},
                           {"bytes=10-", 10, Kind::unsatisfiable},
                           {"bytes=99999999999999999999999-", 10, Kind::unsatisfiable},
                           {"bytes=-0", 10, Kind::unsatisfiable},
                           {"bytes=0-", 0, Kind::unsatisfiable},
                           {"bytes=-1", 0, Kind::whole},
                           {"bytes=5-3", 10, Kind::whole},
                           {"bytes=1-2,4-5", 10, Kind::whole},
                           {"bytes=", 10, Kind::whole},
                           {"bytes=-", 10, Kind::whole},
                           {"bytes=a-b", 10, Kind::whole},
                           {"bytes=+1-2", 10, Kind::whole},
                           {"bytes=1--2", 10, Kind::whole},
                           {"lines=1-2", 10, Kind::whole},
                           {"", 10, Kind::whole}}) {
    const auto choice = http::choose_range(each.field, each.size);
    EXPECT_EQ(choice.kind, each.kind) << each.field;
    EXPECT_EQ(choice.first, each.first) << each.field;
    EXPECT_EQ(choice.count, each.count) << each.field;
  }
}

TEST_F(ConditionalTest, SendsTheWholeWithItsLengthAndValidators) {
  const auto answer = get({});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.source_bytes, 10U);
  EXPECT_EQ(answer.headers.get("ETag"), R"("v1")");
  EXPECT_EQ(answer.headers.get("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(answer.headers.get("Accept-Ranges"), "bytes");
  EXPECT_EQ(body_of(answer), "0123456789");
}

TEST_F(ConditionalTest, SendsAPart) {
  const auto answer = get({{"Range", "bytes=2-4"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.headers.get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(answer.source_bytes, 3U);
  EXPECT_EQ(body_of(answer), "234");
}

TEST_F(ConditionalTest, NamesTheSizeWhenThereAreNoSuchBytes) {
  const auto answer = get({{"Range", "bytes=10-"}});
  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(answer.headers.get("Content-Range"), "bytes */10");
  EXPECT_EQ(opened, 0);
}

TEST_F(ConditionalTest, OpensNothingForHeadNorForWhatTheClientHas) {
  const auto head = get({{"Range", "bytes=2-4"}}, http::Method::head);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.source_bytes, 10U);
  EXPECT_EQ(get({{"If-None-Match", R"(W/"v1")"}}).status, 304);
  EXPECT_EQ(get({{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status, 304);
  EXPECT_EQ(opened, 0);
}

TEST_F(ConditionalTest, AsksTheTagBeforeTheDate) {
  EXPECT_EQ(get({{"If-None-Match", R"("v2")"}, {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status, 200);
  EXPECT_EQ(get({{"If-Match", R"("v1")"}, {"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}).status, 200);
}

TEST_F(ConditionalTest, FailsWhenThePreconditionDoes) {
  EXPECT_EQ(get({{"If-Match", R"("v2")"}}).status, 412);
  EXPECT_EQ(get({{"If-Match", R"(W/"v1")"}}).status, 412);
  EXPECT_EQ(get({{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(get({{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}).status, 412);
  EXPECT_EQ(get({{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status, 200);
  EXPECT_EQ(get({{"If-Unmodified-Since", "nonsense"}}).status, 200);
}

TEST_F(ConditionalTest, SendsAPartOnlyOfTheBytesThatTheClientHas) {
  const auto status = [&](std::string if_range) {
    return get({{"Range", "bytes=2-4"}, {"If-Range", std::move(if_range)}}).status;
  };
  EXPECT_EQ(status(R"("v1")"), 206);
  EXPECT_EQ(status(R"("v2")"), 200);
  EXPECT_EQ(status(R"(W/"v1")"), 200);
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT"), 206);
  EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:38 GMT"), 200);
  EXPECT_EQ(status("nonsense"), 200);
}

}  // namespace
}  // namespace voyages::tests
