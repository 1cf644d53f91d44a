#include "runtime/server/request_parser.h"

#include <gtest/gtest.h>

namespace voyages::runtime {
namespace {

using Status = RequestParser::Status;
using Part = RequestParser::Part;

TEST(RequestParser, TellsWhereInARequestTheStreamIs) {
  const RequestLimits limits;
  RequestParser parser(limits);
  EXPECT_EQ(parser.part(), Part::before);
  EXPECT_EQ(parser.feed("G"), 0U);
  EXPECT_EQ(parser.part(), Part::head);
  const std::string_view head = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
  EXPECT_EQ(parser.feed(head), head.size());
  EXPECT_EQ(parser.part(), Part::body);
  EXPECT_EQ(parser.feed("ab"), 2U);
  EXPECT_EQ(parser.status(), Status::incomplete);
  EXPECT_EQ(parser.feed("cdGET"), 2U);
  EXPECT_EQ(parser.status(), Status::complete);
  EXPECT_EQ(parser.request().body, "abcd");
  parser.reset();
  EXPECT_EQ(parser.part(), Part::before);
  EXPECT_EQ(parser.status(), Status::incomplete);
}

TEST(RequestParser, ReadsTheSameRequestHoweverItIsCut) {
  const RequestLimits limits;
  const std::string bytes =
      "\r\nPOST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    RequestParser parser(limits);
    const auto used = parser.feed(std::string_view(bytes).substr(0, cut));
    const auto rest = std::string_view(bytes).substr(used);
    if (parser.status() == Status::incomplete) {
      EXPECT_EQ(parser.feed(rest), rest.size()) << cut;
    }
    ASSERT_EQ(parser.status(), Status::complete) << cut;
    EXPECT_EQ(parser.request().target, "/a?b");
    EXPECT_EQ(parser.request().body, "abcd");
    EXPECT_EQ(parser.request().headers.size(), 3U);
  }
}

TEST(RequestParser, ForgetsEverythingOfTheRequestBefore) {
  const RequestLimits limits;
  RequestParser parser(limits);
  parser.feed("POST /a HTTP/1.0\r\nX: y\r\nContent-Length: 1\r\n\r\nz");
  ASSERT_EQ(parser.status(), Status::complete);
  EXPECT_TRUE(parser.http_1_0());
  parser.reset();
  parser.feed("GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(parser.status(), Status::complete);
  EXPECT_FALSE(parser.http_1_0());
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_EQ(parser.request().method, http::Method::get);
  EXPECT_EQ(parser.request().headers.size(), 1U);
  EXPECT_EQ(parser.request().body, "");
}

TEST(RequestParser, AsksForContinueOnce) {
  const RequestLimits limits;
  RequestParser parser(limits);
  parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_TRUE(parser.take_continue());
  EXPECT_FALSE(parser.take_continue());
}

TEST(RequestParser, ReservesNoMemoryForABodyThatIsOnlyPromised) {
  const RequestLimits limits{.body_bytes = 1 << 30};
  RequestParser parser(limits);
  parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_EQ(parser.status(), Status::incomplete);
  EXPECT_LE(parser.request().body.capacity(), 64U * 1024);
}

TEST(RequestParser, KeepsNoMemoryOfABodyThatWasHandled) {
  const RequestLimits limits;
  RequestParser parser(limits);
  parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  parser.feed(std::string(1'000'000, 'x'));
  EXPECT_EQ(parser.status(), Status::complete);
  parser.reset();
  EXPECT_LE(parser.request().body.capacity(), 64U);
}

}  // namespace
}  // namespace voyages::runtime
