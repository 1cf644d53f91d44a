#include "runtime/server/response_writer.h"

#include <gtest/gtest.h>

namespace voyages::runtime {
namespace {

std::string write(const http::Response& response, const Framing& framing = {}) {
  std::string out;
  append_response(out, response, framing, "now");
  return out;
}

TEST(ResponseWriter, WritesTheWholeMessage) {
  http::Response response{.status = 201, .body = "{}"};
  response.headers.add("Content-Type", "application/json");
  EXPECT_EQ(write(response),
            "HTTP/1.1 201 Created\r\nDate: now\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(ResponseWriter, DropsFieldsThatWouldBreakOutOfTheirLine) {
  http::Response response;
  response.headers.add("Location", "/x\r\nSet-Cookie: evil=1");
  response.headers.add("X\r\nY", "z");
  response.headers.add("Z", std::string("a\0b", 3));
  EXPECT_EQ(write(response), "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, LeavesTheFramingToTheServer) {
  http::Response response{.body = "abc"};
  response.headers.add("content-length", "99");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("Connection", "keep-alive");
  response.headers.add("Date", "never");
  EXPECT_EQ(write(response, {.keep_alive = false}),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
}

TEST(ResponseWriter, SendsNoBodyWhereNoneIsAllowed) {
  EXPECT_EQ(write({.status = 204, .body = "x"}), "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  EXPECT_EQ(write({.status = 304, .body = "x"}), "HTTP/1.1 304 Not Modified\r\nDate: now\r\n\r\n");
  EXPECT_EQ(write({.body = "abc"}, {.head = true}), "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 3\r\n\r\n");
}

}  // namespace
}  // namespace voyages::runtime
