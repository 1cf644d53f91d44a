#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

using std::chrono::milliseconds;

bool closes_without_answer(const RunningServer& server, std::string_view bytes) {
  auto client = server.connect();
  client.send(bytes);
  return client.is_closed();
}

TEST(SlowClient, IsToldWhenItsHeadTakesTooLong) {
  const RunningServer server({.header_timeout = milliseconds(60)});
  auto client = server.connect();
  const auto answer = client.exchange("GET / HTTP/1.1\r\nHost: a\r\n");
  EXPECT_EQ(answer.status, 408);
  EXPECT_NE(answer.body.find(R"("code":"request_timeout")"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

TEST(SlowClient, GainsNothingByDrippingItsHead) {
  const RunningServer server({.header_timeout = milliseconds(60), .linger_timeout = milliseconds(50)});
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  // Ends when the server has had enough: its answer stops nobody from sending, its close does.
  while (client.send("X: y\r\n")) std::this_thread::sleep_for(milliseconds(10));
  SUCCEED();
}

TEST(SlowClient, IsClosedWithoutAWordWhenItNeverSpoke) {
  const RunningServer server({.header_timeout = milliseconds(60)});
  EXPECT_TRUE(server.connect().is_closed());
}

TEST(SlowClient, IsToldWhenItsBodyTakesTooLong) {
  const RunningServer server({.body_timeout = milliseconds(60)});
  auto client = server.connect();
  const auto answer = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST(SlowClient, GainsOnlySoMuchByDrippingItsBody) {
  const RunningServer server(
      {.body_timeout = milliseconds(20), .linger_timeout = milliseconds(20), .slowest_bytes_per_s = 1});
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  // Every byte earns a second, so only the longest time ends it before it is whole.
  int sent = 0;
  while (sent < 1000 && client.send("x")) {
    ++sent;
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_LT(sent, 1000);
  EXPECT_EQ(server.handler.handled, 0);
}

TEST(SlowClient, IsClosedWhenIdleBetweenRequests) {
  const RunningServer server({.idle_timeout = milliseconds(60)});
  auto client = server.connect();
  EXPECT_EQ(client.exchange(get("/")).status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST(SlowClient, IsClosedWhenItDoesNotReadItsAnswer) {
  RunningServer server({.write_timeout = milliseconds(60), .slowest_bytes_per_s = 1'000'000'000});
  voyages::test::RawClient client(server.port(), 4096);
  client.send(get("/large") + get("/never"));
  const std::string none = R"(voyages_http_connections{server="main"} 0)";
  while (server.metrics.to_prometheus().find(none) == std::string::npos) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_FALSE(client.try_receive());
  EXPECT_EQ(server.handler.handled, 1);
}

TEST(SlowClient, IsNotHurriedWhileTheServerItselfIsSlow) {
  RunningServer server({.header_timeout = milliseconds(40),
                        .body_timeout = milliseconds(40),
                        .idle_timeout = milliseconds(40),
                        .write_timeout = milliseconds(40)});
  auto client = server.connect();
  client.send(get("/blocking/gate"));
  server.handler.gate.wait_for(1);
  std::this_thread::sleep_for(milliseconds(200));
  server.handler.gate.open();
  EXPECT_EQ(client.receive().status, 200);
}

TEST(SlowClient, DoesNotOutliveTheDrainTimeout) {
  RunningServer server({.drain_timeout = milliseconds(60)});
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_EQ(server.connect().exchange(get("/")).status, 200);
  server.stop();
  EXPECT_TRUE(client.is_closed());
}

TEST(SlowClient, IsStillToldWhenTheAnswerToAnotherCouldNotBeMade) {
  std::atomic<int> pages{0};
  const RunningServer server({.io_threads = 1,
                              .error_page = [&](std::string_view, int) -> std::optional<http::Response> {
                                if (++pages == 1) throw 1;  // of no type that anybody expects
                                return std::nullopt;
                              },
                              .header_timeout = milliseconds(60)});
  EXPECT_TRUE(closes_without_answer(server, "GET / HTTP/1.1\r\n"));
  EXPECT_EQ(server.connect().exchange("GET / HTTP/1.1\r\n").status, 408);
}

}  // namespace
}  // namespace voyages::runtime::test
