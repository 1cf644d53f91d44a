#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <limits>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

using std::chrono::milliseconds;

/// Of the answers that servers send while this lives, the system takes of each `send` so many bytes at most, in this
/// order, and all of those that follow. 0 stands for a full buffer. Elsewhere the rhythm in which a client reads
/// decides so, and no test can set that.
class PartialSends {
 public:
  explicit PartialSends(std::deque<std::size_t> limits) {
    const std::scoped_lock lock(mutex);
    limits_ = std::move(limits);
  }
  ~PartialSends() {
    const std::scoped_lock lock(mutex);
    limits_.clear();
  }
  PartialSends(const PartialSends&) = delete;
  PartialSends& operator=(const PartialSends&) = delete;

  static std::size_t take(std::size_t bytes) {
    const std::scoped_lock lock(mutex);
    if (limits_.empty()) return bytes;
    const auto taken = std::min(limits_.front(), bytes);
    limits_.pop_front();
    return taken;
  }

 private:
  static inline std::mutex mutex;
  static inline std::deque<std::size_t> limits_;
};

/// Pieces that take some time.
class SlowPieces final : public http::BodySource {
 public:
  SlowPieces(int count, milliseconds each) : left_(count), each_(each) {}
  std::optional<std::string> next() override {
    if (left_-- == 0) return std::nullopt;
    std::this_thread::sleep_for(each_);
    return "piece";
  }

 private:
  int left_;
  milliseconds each_;
};

/// Answers in the lane and in the way that the path names.
class ManyWays final : public http::Handler {
 public:
  [[nodiscard]] http::Lane lane(const http::Request& request) const override {
    if (request.target == "/confusing") throw std::runtime_error("no lane for this");
    return request.target.starts_with("/blocking") ? http::Lane::blocking : http::Lane::quick;
  }
  [[nodiscard]] http::Response handle(const http::Request& request) override {
    http::Response response;
    if (request.target.ends_with("/static")) {
      response.static_body = page_;
    } else if (request.target.ends_with("/stream")) {
      response.source = std::make_shared<SlowPieces>(2, milliseconds(0));
    } else if (request.target == "/slow-stream") {
      response.source = std::make_shared<SlowPieces>(8, milliseconds(100));
    } else {
      response.body = request.target;
    }
    return response;
  }

 private:
  const std::string page_ = std::string(40 * 1024, 'p');
};

using Running = Serving<ManyWays>;

/// What the server answers to these bytes until it closes the connection, without the times.
std::string answers_to(const Running& server, const std::string& bytes) {
  auto client = server.connect();
  client.send(bytes);
  auto answers = client.receive_rest();
  for (auto date = answers.find("Date: "); date != std::string::npos; date = answers.find("Date: ", date)) {
    answers.erase(date, answers.find("\r\n", date) + 2 - date);
  }
  return answers;
}

TEST(Backpressure, ChangesNoAnswerToPipelinedRequests) {
  const std::string ways[] = {"/quick", "/static", "/stream", "/blocking", "/blocking/static", "/blocking/stream"};
  for (const unsigned threads : {2U, 0U}) {
    const Running server({.io_threads = 1, .blocking_threads = threads});
    for (const auto& first : ways) {
      for (const auto& second : ways) {
        const auto requests = get(first) + get(second) + last_get("/last");
        const auto expected = answers_to(server, requests);
        ASSERT_TRUE(expected.ends_with("\r\n\r\n/last")) << first << ' ' << second;
        for (const std::size_t limit : {0U, 1U}) {
          for (std::size_t times = 1; times <= 6; ++times) {
            const PartialSends sends(std::deque<std::size_t>(times, limit));
            ASSERT_TRUE(answers_to(server, requests) == expected)
                << first << ' ' << second << ", " << times << " times " << limit << " bytes, threads: " << threads;
          }
        }
      }
    }
  }
}

TEST(Backpressure, ChangesNoAnswerToARequestThatIsRejected) {
  const Running server({.io_threads = 1});
  for (std::size_t times = 0; times <= 6; ++times) {
    const PartialSends sends(std::deque<std::size_t>(times, 1));
    const auto answers = answers_to(server, get("/static") + "nonsense\r\n\r\n" + get("/never"));
    EXPECT_NE(answers.find("pHTTP/1.1 400 Bad Request\r\n"), std::string::npos) << times;
  }
}

TEST(Backpressure, LetsABodyFollowItsPipelinedHead) {
  const Running server({.io_threads = 1});
  for (std::size_t times = 0; times <= 6; ++times) {
    const PartialSends sends(std::deque<std::size_t>(times, 1));
    auto client = server.connect();
    client.send(get("/static") + "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive().status, 100);
    EXPECT_EQ(client.exchange("ok").body, "/a");
  }
}

TEST(Backpressure, HurriesNoClientWhileTheSourceOfItsAnswerIsSlow) {
  std::deque<std::size_t> limits;
  for (int i = 0; i < 9; ++i) limits.insert(limits.end(), {0, 0, std::numeric_limits<std::size_t>::max()});
  const PartialSends sends(limits);
  const Running server({.io_threads = 1,
                        .blocking_threads = 0,
                        .write_timeout = milliseconds(300),
                        .slowest_bytes_per_s = 1'000'000'000});
  EXPECT_TRUE(answers_to(server, last_get("/slow-stream")).ends_with("0\r\n\r\n"));
}

TEST(Backpressure, EndsAConnectionThatTakesItsAnswerWhileTheServerStops) {
  RunningServer server({.io_threads = 1, .linger_timeout = milliseconds(50), .drain_timeout = milliseconds(30'000)});
  auto idle = server.connect();
  voyages::test::RawClient slow(server.port(), 4096);
  EXPECT_EQ(idle.exchange(get("/a")).status, 200);
  slow.send(get("/large"));
  while (server.handler.handled < 2) std::this_thread::sleep_for(milliseconds(1));
  server.request_stop();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(slow.receive().body.size(), 32U * 1024 * 1024);
  EXPECT_TRUE(slow.is_closed());
}

TEST(Backpressure, EarnsNoTimeByAnAnswerThatWasTakenBefore) {
  RunningServer server({.io_threads = 1, .write_timeout = milliseconds(60), .slowest_bytes_per_s = 100'000});
  voyages::test::RawClient client(server.port(), 4096);
  client.send(get("/static"));
  EXPECT_EQ(client.receive().body, server.handler.page);
  client.send(get("/large"));
  const std::string none = R"(voyages_http_connections{server="main"} 0)";
  // The page alone would be worth eighty seconds.
  const auto enough = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (server.metrics.to_prometheus().find(none) == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), enough);
    std::this_thread::sleep_for(milliseconds(5));
  }
}

TEST(Backpressure, IsNotWhatAConnectionThatFailedWaitsFor) {
  const Running server({.io_threads = 1});
  auto client = server.connect();
  client.send(get("/confusing"));
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.connect().exchange(get("/a")).body, "/a");
}

}  // namespace
}  // namespace voyages::runtime::test

// A program's own definition comes before the C library's. Only servers send without waiting.
extern "C" ssize_t send(int socket, const void* bytes, std::size_t count, int flags) {
  if ((flags & MSG_DONTWAIT) != 0 && count > 0) {
    count = voyages::runtime::test::PartialSends::take(count);
    if (count == 0) {
      errno = EAGAIN;
      return -1;
    }
  }
  return ::sendto(socket, bytes, count, flags, nullptr, 0);
}
