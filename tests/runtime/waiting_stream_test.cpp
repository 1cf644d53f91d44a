#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/events.h"
#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

using std::chrono::milliseconds;

/// Answers `/events` with a stream that the test holds the other end of.
class EventHandler final : public http::Handler {
 public:
  [[nodiscard]] http::Lane lane(const http::Request& request) const override {
    return request.target == "/events/away" ? http::Lane::blocking : http::Lane::quick;
  }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    if (!request.target.starts_with("/events")) return {.body = "plain"};
    auto stream = std::make_shared<http::EventStream>();
    const std::scoped_lock lock(mutex_);
    streams_.push_back(stream);
    return http::event_response(std::move(stream));
  }

  std::weak_ptr<http::EventStream> stream(std::size_t place = 0) {
    while (true) {
      {
        const std::scoped_lock lock(mutex_);
        if (streams_.size() > place) return streams_[place];
      }
      std::this_thread::sleep_for(milliseconds(2));
    }
  }
  bool send(const http::Event& event, std::size_t place = 0) {
    const auto alive = stream(place).lock();
    return alive && alive->send(event);
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<http::EventStream>> streams_;
};

using EventServer = Serving<EventHandler>;

// The next chunk of a body.
std::string chunk_of(std::string_view text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

TEST(WaitingStream, SendsEachEventWhenItComes) {
  EventServer server;
  for (const auto* target : {"/events", "/events/away"}) {
    const std::size_t place = target == std::string_view("/events") ? 0 : 1;
    auto client = server.connect();
    client.send(get(target));
    EXPECT_TRUE(client.receive(true).has("text/event-stream"));
    ASSERT_TRUE(server.handler.send({.data = "one"}, place));
    EXPECT_EQ(client.receive_exactly(chunk_of("data: one\n\n").size()), chunk_of("data: one\n\n"));
    std::this_thread::sleep_for(milliseconds(20));
    ASSERT_TRUE(server.handler.send({.data = "two", .id = "2"}, place));
    EXPECT_EQ(client.receive_exactly(chunk_of("id: 2\ndata: two\n\n").size()), chunk_of("id: 2\ndata: two\n\n"));
  }
}

TEST(WaitingStream, EndsWhereItsSourceDoesAndKeepsTheConnection) {
  EventServer server;
  auto client = server.connect();
  // The second request waits for the end of the first one's answer.
  client.send(get("/events") + last_get("/plain"));
  EXPECT_EQ(client.receive(true).status, 200);
  server.handler.stream().lock()->send({.data = "x"});
  server.handler.stream().lock()->end();
  const auto rest = client.receive_rest();
  EXPECT_TRUE(rest.starts_with(chunk_of("data: x\n\n") + "0\r\n\r\nHTTP/1.1 200 OK")) << rest;
  EXPECT_TRUE(rest.ends_with("plain"));
}

TEST(WaitingStream, HoldsNoThread) {
  EventServer server({.io_threads = 1, .blocking_threads = 1, .blocking_queue = 0});
  std::vector<voyages::test::RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(server.connect());
    clients.back().send(get("/events"));
    EXPECT_EQ(clients.back().receive(true).status, 200);
  }
  EXPECT_EQ(server.connect().exchange(get("/plain")).body, "plain");
  for (std::size_t i = 0; i < clients.size(); ++i) ASSERT_TRUE(server.handler.send({.data = "x"}, i));
  for (auto& client : clients) EXPECT_EQ(client.receive_exactly(14), chunk_of("data: x\n\n"));
}

TEST(WaitingStream, BeatsWhileNothingComes) {
  EventServer server({.heartbeat_interval = milliseconds(40)});
  auto client = server.connect();
  client.send(get("/events"));
  EXPECT_EQ(client.receive(true).status, 200);
  EXPECT_EQ(client.receive_exactly(16), chunk_of(":\n\n") + chunk_of(":\n\n"));
}

TEST(WaitingStream, IsGivenUpWhenItsClientGoes) {
  EventServer server;
  std::weak_ptr<http::EventStream> stream;
  {
    auto client = server.connect();
    client.send(get("/events"));
    EXPECT_EQ(client.receive(true).status, 200);
    stream = server.handler.stream();
  }
  while (!stream.expired()) std::this_thread::sleep_for(milliseconds(2));
  EXPECT_FALSE(server.handler.send({.data = "x"}));
}

TEST(WaitingStream, EndsCleanlyAndNamesATimeWhenTheServerStops) {
  EventServer server({.linger_timeout = milliseconds(50)});
  auto client = server.connect();
  client.send(get("/events"));
  EXPECT_EQ(client.receive(true).status, 200);
  server.request_stop();
  EXPECT_EQ(client.receive_rest(), chunk_of("retry: 3000\n\n") + "0\r\n\r\n");
}

TEST(WaitingStream, MayBeWokenWhenTheServerIsGone) {
  std::shared_ptr<http::EventStream> stream;
  {
    EventServer server({.linger_timeout = milliseconds(20)});
    auto client = server.connect();
    client.send(get("/events"));
    EXPECT_EQ(client.receive(true).status, 200);
    stream = server.handler.stream().lock();
  }
  EXPECT_TRUE(stream->send({.data = "x"}));
}

TEST(WaitingStream, LosesNoEventOfManyThreads) {
  EventServer server;
  auto client = server.connect();
  client.send(get("/events"));
  EXPECT_EQ(client.receive(true).status, 200);
  const auto stream = server.handler.stream().lock();
  std::vector<std::jthread> producers;
  for (int i = 0; i < 4; ++i) {
    producers.emplace_back([&] {
      for (int j = 0; j < 500; ++j) {
        EXPECT_TRUE(stream->send({.data = "x"}));
        if (j % 50 == 0) std::this_thread::sleep_for(milliseconds(1));
      }
    });
  }
  producers.clear();
  stream->end();
  std::size_t events = 0;
  std::string received;
  while (!received.ends_with("\r\n0\r\n\r\n")) received += client.receive_exactly(1);
  for (auto at = received.find("data: x"); at != std::string::npos; at = received.find("data: x", at + 1)) ++events;
  EXPECT_EQ(events, 2000U);
}

}  // namespace
}  // namespace voyages::runtime::test
