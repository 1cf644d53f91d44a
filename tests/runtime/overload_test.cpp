#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

bool shows(const RunningServer& server, std::string_view line) {
  return server.metrics.to_prometheus().find(line) != std::string::npos;
}

void wait_until_shown(const RunningServer& server, std::string_view line) {
  while (!shows(server, line)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

TEST(Overload, RefusesAtOnceWhatDoesNotFitTheQueueWhileQuickRequestsGoOn) {
  RunningServer server({.hashing_threads = 1, .hashing_queue = 1});
  auto running = server.connect();
  auto waiting = server.connect();
  auto refused = server.connect();
  running.send(get("/hashing/gate"));
  server.handler.gate.wait_for(1);
  waiting.send(get("/hashing/b"));
  wait_until_shown(server, R"(voyages_http_queue_length{server="main",lane="hashing"} 1)");

  const auto answer = refused.exchange(get("/hashing/c"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.has("Retry-After: "));
  EXPECT_NE(answer.body.find(R"("code":"overloaded")"), std::string::npos);
  EXPECT_TRUE(shows(server, R"(voyages_http_refused_total{server="main",reason="overloaded"} 1)"));

  // The connection and the other lanes are as good as before.
  EXPECT_EQ(refused.exchange(get("/quick")).status, 200);
  EXPECT_EQ(refused.exchange(get("/blocking")).status, 200);

  server.handler.gate.open();
  EXPECT_EQ(running.receive().status, 200);
  EXPECT_EQ(waiting.receive().body, "GET /hashing/b");
}

TEST(Overload, LetsNoRequestWaitBehindThoseThatWaitForOtherServers) {
  RunningServer server({.blocking_threads = 1, .outgoing_threads = 2, .outgoing_queue = 1});
  std::vector<voyages::test::RawClient> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(server.connect());
    waiting.back().send(get("/outgoing/gate"));
  }
  server.handler.gate.wait_for(2);
  wait_until_shown(server, R"(voyages_http_queue_length{server="main",lane="outgoing"} 1)");
  EXPECT_EQ(server.connect().exchange(get("/outgoing/one-more")).status, 503);
  EXPECT_EQ(server.connect().exchange(get("/blocking")).status, 200);
  EXPECT_EQ(server.connect().exchange(get("/hashing")).status, 200);
  EXPECT_EQ(server.connect().exchange(get("/quick")).status, 200);
  server.handler.gate.open();
  for (auto& client : waiting) EXPECT_EQ(client.receive().status, 200);
}

TEST(Overload, DoesNotStartARequestThatWaitedTooLong) {
  RunningServer server({.blocking_threads = 1, .queue_timeout = std::chrono::milliseconds(20)});
  auto running = server.connect();
  auto late = server.connect();
  running.send(get("/blocking/gate"));
  server.handler.gate.wait_for(1);
  late.send(get("/blocking/b"));
  wait_until_shown(server, R"(voyages_http_queue_length{server="main",lane="blocking"} 1)");
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  server.handler.gate.open();
  EXPECT_EQ(late.receive().status, 503);
  EXPECT_EQ(server.handler.handled, 1);
}

TEST(Overload, StopsReadingAConnectionWhoseRequestIsAway) {
  RunningServer server;
  auto client = server.connect();
  client.send(get("/blocking/gate"));
  server.handler.gate.wait_for(1);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += get("/" + std::to_string(i));
  client.send(many);
  EXPECT_EQ(server.connect().exchange(get("/other")).status, 200);
  EXPECT_EQ(server.handler.handled, 2);
  server.handler.gate.open();
  EXPECT_EQ(client.receive().body, "GET /blocking/gate");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.receive().body, "GET /" + std::to_string(i));
}

TEST(Overload, BoundsTheMemoryOfAllBodiesTogether) {
  RunningServer server({.bodies_bytes = 50'000});
  const auto post = [](std::string_view target, std::size_t bytes = 30'000) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", target, bytes) +
           std::string(bytes, 'x');
  };
  auto running = server.connect();
  running.send(post("/blocking/gate"));
  server.handler.gate.wait_for(1);
  EXPECT_EQ(server.connect().exchange(post("/a")).status, 503);
  EXPECT_EQ(server.connect().exchange(get("/a")).status, 200);
  server.handler.gate.open();
  EXPECT_EQ(running.receive().status, 200);
  EXPECT_EQ(running.exchange(post("/a")).status, 200);
}

TEST(Overload, TakesShortBodiesHoweverManyLongOnesThereAre) {
  RunningServer server({.bodies_bytes = 0});
  const auto post = [&](std::size_t bytes) {
    const auto head = fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", bytes);
    return server.connect().exchange(head + std::string(bytes, 'x')).status;
  };
  EXPECT_EQ(post(16 * 1024), 200);
  EXPECT_EQ(post(16 * 1024 + 1), 503);
}

TEST(Overload, ClosesWhoLeavesMoreUntakenThanThereIsRoomFor) {
  RunningServer server({.unsent_bytes = 1024 * 1024});
  voyages::test::RawClient client(server.port(), 4096);
  client.send(get("/large"));
  const std::string none = R"(voyages_http_connections{server="main"} 0)";
  wait_until_shown(server, none);
  EXPECT_FALSE(client.try_receive());
}

TEST(Overload, CopiesNoStaticBodyForWhoIsSlow) {
  RunningServer server({.unsent_bytes = 1024});
  voyages::test::RawClient slow(server.port(), 4096);
  slow.send(get("/static") + get("/after"));
  EXPECT_EQ(server.connect().exchange(get("/other")).status, 200);
  const auto answer = slow.receive();
  EXPECT_EQ(answer.body, server.handler.page);
  EXPECT_EQ(slow.receive().body, "GET /after");
  slow.send("HEAD /static HTTP/1.1\r\nHost: a\r\n\r\n" + get("/after"));
  EXPECT_TRUE(slow.receive(true).has("Content-Length: " + std::to_string(server.handler.page.size())));
  EXPECT_EQ(slow.receive().body, "GET /after");
}

TEST(Overload, AnswersEveryRequestOfAStormInEveryLane) {
  RunningServer server({.blocking_threads = 4, .blocking_queue = 4, .hashing_threads = 2, .hashing_queue = 2});
  std::vector<std::jthread> storm;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    storm.emplace_back([&server, &answered, i] {
      constexpr std::string_view targets[] = {"/quick", "/blocking", "/hashing"};
      auto client = server.connect();
      for (int j = 0; j < 100; ++j) {
        client.send(get(targets[static_cast<std::size_t>(i + j) % 3]));
        const auto answer = client.try_receive();
        if (answer && (answer->status == 200 || answer->status == 503)) ++answered;
      }
    });
  }
  storm.clear();
  EXPECT_EQ(answered, 800);
}

}  // namespace
}  // namespace voyages::runtime::test
