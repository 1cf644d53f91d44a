#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

using std::chrono::milliseconds;
using Reason = http::BodyBroken::Reason;

/// Takes bodies piece by piece where the path begins with `/up`, and answers with how many bytes there were.
class UploadHandler final : public http::Handler {
 public:
  static constexpr std::uint64_t limit_bytes = 64U << 20;

  [[nodiscard]] http::Lane lane(const http::Request& /*request*/) const override { return http::Lane::quick; }
  [[nodiscard]] std::optional<std::uint64_t> streamed_body_limit(const http::Request& request) const override {
    if (request.target.starts_with("/up")) return limit_bytes;
    return std::nullopt;
  }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    if (!request.source) return {.body = "whole " + request.body};
    if (request.target == "/up/refused") return {.status = 401, .body = "no"};
    if (request.target == "/up/gate") gate.pass();
    std::size_t bytes = 0;
    try {
      while (const auto piece = request.source->next()) {
        bytes += piece->size();
        longest_piece = std::max(longest_piece.load(), piece->size());
        taken = bytes;
        if (request.target == "/up/slow") std::this_thread::sleep_for(milliseconds(100));
      }
    } catch (const http::BodyBroken& broken) {
      lost = static_cast<int>(broken.reason());
      return {.status = 400, .body = "broken"};
    }
    return {.body = std::to_string(bytes)};
  }

  Gate gate;
  std::atomic<std::size_t> taken{0};
  std::atomic<std::size_t> longest_piece{0};
  std::atomic<int> lost{-1};
};

class Uploading : public Serving<UploadHandler> {
 public:
  using Serving::Serving;
  ~Uploading() { handler.gate.open(); }
  Uploading(const Uploading&) = delete;
  Uploading& operator=(const Uploading&) = delete;

  void wait_until_lost() {
    while (handler.lost < 0) std::this_thread::sleep_for(milliseconds(2));
  }
};

std::string post_of(std::string_view target, std::size_t bytes) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", target, bytes);
}

std::string chunked_post(std::string_view target) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", target);
}

TEST(Upload, ReachesItsHandlerInPiecesAndKeepsTheConnection) {
  Uploading server;
  auto client = server.connect();
  const std::string body(10U << 20, 'x');
  client.send(post_of("/up", body.size()) + body + get("/plain"));
  EXPECT_EQ(client.receive().body, std::to_string(body.size()));
  EXPECT_EQ(client.receive().body, "whole ");
  EXPECT_LE(server.handler.longest_piece, 64U * 1024);
}

TEST(Upload, MayComeInChunks) {
  Uploading server;
  auto client = server.connect();
  client.send(chunked_post("/up"));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 80; ++i) client.send(chunk);
  client.send("0\r\n\r\n" + get("/plain"));
  EXPECT_EQ(client.receive().body, std::to_string(80 * 0x10000));
  EXPECT_EQ(client.receive().body, "whole ");
}

TEST(Upload, GoesNoFasterThanItsHandler) {
  Uploading server;
  auto client = server.connect();
  client.send(post_of("/up/gate", 32U << 20));
  server.handler.gate.wait_for(1);
  client.set_send_timeout(milliseconds(200));
  const std::string piece(1U << 20, 'x');
  int sent = 0;
  while (sent < 32 && client.send(piece)) ++sent;
  // The system's own buffers take some of it; the server takes 64 KB.
  EXPECT_LT(sent, 32);
}

TEST(Upload, IsRefusedBeforeItBeginsWhenItIsTooLong) {
  Uploading server;
  EXPECT_EQ(server.connect().exchange(post_of("/up", UploadHandler::limit_bytes + 1)).status, 413);
  EXPECT_EQ(server.handler.taken, 0U);
}

TEST(Upload, BreaksOffWhenItsChunksGrowTooLong) {
  Uploading server;
  auto client = server.connect();
  client.send(chunked_post("/up") + "5\r\nhello\r\n");
  while (server.handler.taken < 5) std::this_thread::sleep_for(milliseconds(2));
  client.send("fffffff\r\n");
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::too_large));
  EXPECT_TRUE(client.is_closed());
}

TEST(Upload, BreaksOffWhenItsChunksAreMalformed) {
  Uploading server;
  auto client = server.connect();
  client.send(chunked_post("/up") + "5\r\nhello\r\n");
  while (server.handler.taken < 5) std::this_thread::sleep_for(milliseconds(2));
  client.send("wrong\r\n");
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::malformed));
  EXPECT_TRUE(client.is_closed());
}

TEST(Upload, TellsItsHandlerThatTheClientHasGone) {
  Uploading server;
  {
    auto client = server.connect();
    client.send(post_of("/up", 1000) + "begin");
    while (server.handler.taken < 5) std::this_thread::sleep_for(milliseconds(2));
  }
  server.wait_until_lost();
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::gone));
  EXPECT_EQ(server.connect().exchange(get("/plain")).status, 200);
}

TEST(Upload, IsCutWhenItsClientPauses) {
  Uploading server({.body_timeout = milliseconds(60)});
  auto client = server.connect();
  client.send(post_of("/up", 30'000'000));
  // What has come already must not earn hours.
  client.send(std::string(20'000'000, 'x'));
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::too_slow));
  EXPECT_TRUE(client.is_closed());
}

TEST(Upload, IsCutWhenItTricklesTooSlowly) {
  Uploading server({.body_timeout = milliseconds(60)});
  auto client = server.connect();
  client.send(post_of("/up", 1000));
  int sent = 0;
  while (server.handler.lost < 0 && sent < 1000) {
    client.send("x");
    ++sent;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LT(sent, 1000);
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::too_slow));
}

TEST(Upload, IsNotCutForTheTimeThatItsHandlerTakes) {
  Uploading server({.body_timeout = milliseconds(40)});
  auto client = server.connect();
  const std::string body(300'000, 'x');
  client.send(post_of("/up/slow", body.size()) + body);
  EXPECT_EQ(client.receive().body, "300000");
}

TEST(Upload, IsAskedForOnlyWhenTheHandlerTakesIt) {
  Uploading server;
  auto client = server.connect();
  client.send("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  client.send("hello");
  EXPECT_EQ(client.receive().body, "5");

  auto refused = server.connect();
  refused.send("POST /up/refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(refused.receive().status, 401);
  EXPECT_TRUE(refused.is_closed());
}

TEST(Upload, EndsTheConnectionWhenItsHandlerLeavesTheRest) {
  Uploading server({.linger_timeout = milliseconds(50)});
  auto client = server.connect();
  client.send(post_of("/up/refused", 1'000'000) + "begin");
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(client.is_closed());
}

TEST(Upload, IsRefusedWhenNoThreadIsLeftForIt) {
  Uploading server({.upload_threads = 1, .upload_queue = 0});
  auto first = server.connect();
  first.send(post_of("/up/gate", 1000) + "begin");
  server.handler.gate.wait_for(1);
  EXPECT_EQ(server.connect().exchange(post_of("/up", 1000) + "begin").status, 503);
  // The lanes are as good as before.
  EXPECT_EQ(server.connect().exchange(get("/plain")).status, 200);
}

TEST(Upload, IsRefusedWhenAllBodiesTogetherAreTooMuch) {
  const Uploading server({.bodies_bytes = 1000});
  EXPECT_EQ(server.connect().exchange(post_of("/up", 100'000) + "begin").status, 503);
}

TEST(Upload, IsReadFirstByAServerWithoutPools) {
  const Uploading server({.io_threads = 1, .blocking_threads = 0, .hashing_threads = 0});
  EXPECT_EQ(server.connect().exchange(post_of("/up", 5) + "hello").body, "whole hello");
}

TEST(Upload, EndsWhenTheServerMustGo) {
  Uploading server({.drain_timeout = milliseconds(50)});
  auto client = server.connect();
  client.send(post_of("/up", 1000) + "begin");
  while (server.handler.taken < 5) std::this_thread::sleep_for(milliseconds(2));
  server.stop();
  EXPECT_EQ(server.handler.lost, static_cast<int>(Reason::gone));
}

}  // namespace
}  // namespace voyages::runtime::test
