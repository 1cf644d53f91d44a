#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

int status_of(const RunningServer& server, const std::string& bytes) { return server.connect().exchange(bytes).status; }

std::string head_of_size(std::size_t bytes) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  return head + std::string(bytes - head.size() - 4, 'x') + "\r\n\r\n";
}

std::string head_with_fields(std::size_t count) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < count; ++i) head += "X" + std::to_string(i) + ": y\r\n";
  return head + "\r\n";
}

TEST(Limits, HoldToTheByteForHeads) {
  const RunningServer server;
  EXPECT_EQ(status_of(server, head_of_size(16 * 1024)), 200);
  EXPECT_EQ(status_of(server, head_of_size(16 * 1024 + 1)), 431);
}

TEST(Limits, HoldToTheByteForTargets) {
  const RunningServer server;
  EXPECT_EQ(status_of(server, get("/" + std::string(8 * 1024 - 1, 'x'))), 200);
  EXPECT_EQ(status_of(server, get("/" + std::string(8 * 1024, 'x'))), 414);
}

TEST(Limits, HoldForARequestLineThatNeverEnds) {
  const RunningServer server;
  EXPECT_EQ(status_of(server, "GET /" + std::string(9 * 1024, 'x')), 414);
}

TEST(Limits, AreToldOnAPageWhereBrowsersAreSent) {
  const ErrorPage page = [](std::string_view path, int status) -> std::optional<http::Response> {
    if (path != "/page") return std::nullopt;
    http::Response response{.status = status, .body = "a page"};
    response.headers.add("Content-Type", "text/html");
    return response;
  };
  const RunningServer server({.limits = {.body_bytes = 1000}, .error_page = page});
  const std::string query = "?x=" + std::string(9 * 1024, 'x');
  for (const auto& [request, status] :
       {std::pair(get("/page" + query), 414), std::pair("GET /page" + query, 414),
        std::pair(get("/page?x=" + std::string(8 * 1024 - 7, 'x')), 414),
        std::pair(std::string("POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), 413)}) {
    const auto answer = server.connect().exchange(request);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, "a page");
    EXPECT_TRUE(answer.has("Content-Type: text/html"));
    EXPECT_TRUE(answer.has("Cache-Control: no-store"));
    EXPECT_TRUE(answer.has("X-Request-Id: "));
    EXPECT_TRUE(answer.has("Connection: close"));
  }
  const auto elsewhere = server.connect().exchange(get("/page/x" + query));
  EXPECT_TRUE(elsewhere.has("Content-Type: application/problem+json"));
  EXPECT_EQ(server.handler.handled, 0);
}

TEST(Limits, HoldForTheNumberOfFields) {
  const RunningServer server;
  EXPECT_EQ(status_of(server, head_with_fields(100)), 200);
  EXPECT_EQ(status_of(server, head_with_fields(101)), 431);
}

TEST(Limits, HoldToTheByteForBodies) {
  const RunningServer server({.limits = {.body_bytes = 1000}});
  const auto with_length = [](std::size_t count) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(count) + "\r\n\r\n" +
           std::string(count, 'x');
  };
  EXPECT_EQ(status_of(server, with_length(1000)), 200);
  EXPECT_EQ(status_of(server, with_length(1001)), 413);
}

TEST(Limits, HoldToTheByteForChunkedBodies) {
  const RunningServer server({.limits = {.body_bytes = 16}});
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_of(server, head + "f\r\n0123456789abcde\r\n1\r\nx\r\n0\r\n\r\n"), 200);
  EXPECT_EQ(status_of(server, head + "f\r\n0123456789abcde\r\n2\r\nxy\r\n0\r\n\r\n"), 413);
}

TEST(Limits, RefuseATooLargeBodyBeforeItIsSent) {
  const RunningServer server;
  auto client = server.connect();
  const auto answer =
      client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find(R"("code":"payload_too_large")"), std::string::npos);
}

TEST(Limits, LetAClientThatIsStillSendingReadItsRefusal) {
  const RunningServer server;
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  client.send(std::string(4'000'000, 'x'));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 413);
}

TEST(Limits, TellAConnectionTooManyAndCloseIt) {
  const RunningServer server({.connections = 2});
  auto first = server.connect();
  auto second = server.connect();
  EXPECT_EQ(first.exchange(get("/")).status, 200);
  EXPECT_EQ(second.exchange(get("/")).status, 200);
  auto third = server.connect();
  const auto refused = third.receive();
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.has("Retry-After: "));
  EXPECT_TRUE(refused.has("Connection: close"));
  EXPECT_NE(refused.body.find(R"("code":"too_many_connections")"), std::string::npos);
  EXPECT_TRUE(third.is_closed());
  EXPECT_EQ(first.exchange(get("/")).status, 200);
  EXPECT_NE(server.metrics.to_prometheus().find(R"(reason="too_many_connections"} 1)"), std::string::npos);
}

}  // namespace
}  // namespace voyages::runtime::test
