#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

/// So many pieces of one size, with an empty one between them; then the end, or what goes wrong.
class Pieces final : public http::BodySource {
 public:
  struct Plan {
    int count = 2;
    std::size_t bytes = 5;
    bool fails = false;
    std::size_t promised_bytes = 0;  // 0: nothing is promised
  };
  Pieces(Plan plan, std::atomic<int>& alive) : plan_(plan), alive_(alive) { ++alive_; }
  ~Pieces() override { --alive_; }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  std::optional<std::string> next() override {
    if (at_ < 2 * plan_.count) return ++at_ % 2 == 0 ? std::string() : std::string(plan_.bytes, 'x');
    if (plan_.fails) throw std::runtime_error("the disk is on fire");
    return std::nullopt;
  }

 private:
  Plan plan_;
  std::atomic<int>& alive_;
  int at_ = 0;
};

/// Streams by a plan, in the lane that the path names.
class StreamingHandler final : public http::Handler {
 public:
  explicit StreamingHandler(Pieces::Plan plan) : plan_(plan) {}
  [[nodiscard]] http::Lane lane(const http::Request& request) const override {
    return request.target.starts_with("/blocking") ? http::Lane::blocking : http::Lane::quick;
  }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    http::Response response;
    if (request.target == "/plain") return {.body = "plain"};
    if (request.target == "/nothing") response.status = 204;
    response.source = std::make_shared<Pieces>(plan_, alive);
    if (plan_.promised_bytes > 0) response.source_bytes = plan_.promised_bytes;
    return response;
  }
  std::atomic<int> alive{0};

 private:
  Pieces::Plan plan_;
};

/// A server of such a handler.
class Streaming {
 public:
  explicit Streaming(Pieces::Plan plan = {}, ServerOptions options = {.io_threads = 1})
      : handler(plan), logger_(LogLevel::off, 2), server_(std::move(options), handler, logger_, metrics_) {
    thread_ = std::jthread([this] { server_.run(); });
  }
  ~Streaming() { server_.stop(); }
  Streaming(const Streaming&) = delete;
  Streaming& operator=(const Streaming&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] voyages::test::RawClient connect() const { return voyages::test::RawClient(port()); }
  void request_stop() { server_.stop(); }

  StreamingHandler handler;

 private:
  Metrics metrics_;
  Logger logger_;
  Server server_;
  std::jthread thread_;
};

/// The body out of its chunks, and whether the last one came.
struct Chunks {
  std::string body;
  bool whole = false;
};

Chunks read_chunks(std::string_view text) {
  Chunks chunks;
  while (true) {
    const auto line = text.find("\r\n");
    if (line == std::string_view::npos) return chunks;
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + line, size, 16);
    text.remove_prefix(line + 2);
    if (size == 0) {
      chunks.whole = text == "\r\n";
      return chunks;
    }
    if (text.size() < size + 2) return chunks;
    chunks.body += text.substr(0, size);
    text.remove_prefix(size + 2);
  }
}

TEST(StreamingServer, SendsAChunkAPieceFromEveryLane) {
  const Streaming server;
  for (const auto* target : {"/quick", "/blocking"}) {
    auto client = server.connect();
    client.send(last_get(target));
    const auto answer = client.receive();
    EXPECT_TRUE(answer.has("Transfer-Encoding: chunked"));
    EXPECT_FALSE(answer.has("Content-Length"));
    EXPECT_EQ(client.receive_rest(), "5\r\nxxxxx\r\n5\r\nxxxxx\r\n0\r\n\r\n");
  }
}

TEST(StreamingServer, NamesTheLengthWhereItIsKnown) {
  const Streaming server({.promised_bytes = 10});
  for (const auto* target : {"/quick", "/blocking"}) {
    auto client = server.connect();
    client.send("HEAD " + get(target).substr(4) + get(target) + last_get("/plain"));
    EXPECT_TRUE(client.receive(true).has("Content-Length: 10"));
    const auto answer = client.receive();
    EXPECT_FALSE(answer.has("Transfer-Encoding"));
    EXPECT_EQ(answer.body, "xxxxxxxxxx");
    EXPECT_EQ(client.receive().body, "plain");
  }
}

TEST(StreamingServer, BreaksOffWhenThereIsMoreOrLessThanItPromised) {
  for (const std::size_t promised : {7U, 11U}) {
    const Streaming server({.promised_bytes = promised});
    auto client = server.connect();
    client.send(get("/a") + get("/plain"));
    const auto all = client.receive_rest();
    EXPECT_EQ(all.find("plain"), std::string::npos);
    EXPECT_LE(all.size() - std::min(all.size(), all.find("\r\n\r\n") + 4), 10U);
  }
}

TEST(StreamingServer, KeepsTheConnectionAndTheOrderOfWhatFollows) {
  const Streaming server;
  auto client = server.connect();
  client.send(get("/a") + get("/blocking") + last_get("/plain"));
  const auto all = client.receive_rest();
  const auto plain = all.find("\r\n\r\nplain");
  EXPECT_NE(plain, std::string::npos);
  EXPECT_EQ(all.size(), plain + 9);
  const auto first = all.find("0\r\n\r\nHTTP/1.1 200 OK");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(all.find("0\r\n\r\nHTTP/1.1 200 OK", first + 1), std::string::npos);
}

TEST(StreamingServer, EndsTheBodyWithTheConnectionForAnHttp10Client) {
  const Streaming server;
  auto client = server.connect();
  client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_FALSE(answer.has("Transfer-Encoding"));
  EXPECT_EQ(client.receive_rest(), "xxxxxxxxxx");
}

TEST(StreamingServer, SendsNoBodyToHeadNorWithA204) {
  const Streaming server;
  auto client = server.connect();
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/nothing") + last_get("/plain"));
  EXPECT_EQ(client.receive(true).status, 200);
  EXPECT_EQ(client.receive(true).status, 204);
  EXPECT_EQ(client.receive().body, "plain");
}

TEST(StreamingServer, LeavesOutTheLastChunkWhenTheBodyBreaks) {
  for (const unsigned threads : {0U, 4U}) {
    const Streaming server({.fails = true}, {.io_threads = 1, .blocking_threads = threads});
    auto client = server.connect();
    client.send(get("/a"));
    const auto answer = client.receive_rest();
    EXPECT_FALSE(read_chunks(answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4))).whole);
    EXPECT_EQ(server.connect().exchange(get("/plain")).body, "plain");
  }
}

TEST(StreamingServer, StreamsWhereItReadsWhenItHasNoPools) {
  const Streaming server({.count = 3}, {.io_threads = 1, .blocking_threads = 0, .hashing_threads = 0});
  auto client = server.connect();
  client.send(get("/a") + last_get("/plain"));
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.receive_rest().ends_with("plain"));
}

TEST(StreamingServer, DeliversMoreThanEveryBufferToASlowClient) {
  for (const unsigned threads : {0U, 4U}) {
    const Streaming server({.count = 64, .bytes = 256 * 1024}, {.io_threads = 1, .blocking_threads = threads});
    voyages::test::RawClient client(server.port(), 4096);
    client.send(last_get("/a"));
    EXPECT_EQ(client.receive().status, 200);
    const auto chunks = read_chunks(client.receive_rest());
    EXPECT_TRUE(chunks.whole);
    EXPECT_EQ(chunks.body.size(), 64U * 256 * 1024);
  }
}

TEST(StreamingServer, FinishesAnAnswerWhenStoppedInTheMiddleOfIt) {
  Streaming server({.count = 64, .bytes = 256 * 1024});
  voyages::test::RawClient client(server.port(), 4096);
  client.send(get("/a"));
  EXPECT_EQ(client.receive().status, 200);
  server.request_stop();
  EXPECT_TRUE(read_chunks(client.receive_rest()).whole);
}

TEST(StreamingServer, PullsNoFurtherForAClientThatIsGone) {
  Streaming server({.count = 1'000'000, .bytes = 64 * 1024});
  {
    auto client = server.connect();
    client.send(get("/a"));
    EXPECT_EQ(client.receive().status, 200);
  }
  while (server.handler.alive > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(server.connect().exchange(get("/plain")).body, "plain");
}

TEST(StreamingServer, ClosesOnAClientThatTakesNothing) {
  Streaming server({.count = 1'000'000, .bytes = 64 * 1024},
                   {.io_threads = 1, .write_timeout = std::chrono::milliseconds(60)});
  auto client = server.connect();
  client.send(get("/a"));
  while (server.handler.alive == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  while (server.handler.alive > 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  SUCCEED();
}

}  // namespace
}  // namespace voyages::runtime::test
