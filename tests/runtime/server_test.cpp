#include <fcntl.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

#include "tests/runtime/server_fixture.h"
#include "tests/support/temporary_directory.h"

namespace voyages::runtime::test {
namespace {

TEST(Server, AnswersManyRequestsOnOneConnection) {
  RunningServer server;
  auto client = server.connect();
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.exchange(get("/" + std::to_string(i)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /" + std::to_string(i));
    EXPECT_TRUE(answer.has("\r\nDate: "));
    EXPECT_FALSE(answer.has("Connection"));
  }
}

TEST(Server, TellsTheHandlerWhoCalls) {
  RunningServer server;
  EXPECT_EQ(server.connect().exchange(get("/peer")).body, "127.0.0.1");
}

TEST(Server, KeepsTheOrderOfPipelinedRequestsWhateverTheirLanes) {
  RunningServer server;
  auto client = server.connect();
  std::string requests;
  std::vector<std::string> targets;
  for (int i = 0; i < 60; ++i) {
    constexpr std::string_view lanes[] = {"/quick", "/blocking", "/hashing"};
    targets.push_back(std::string(lanes[i % 3]) + "/" + std::to_string(i));
    requests += get(targets.back());
  }
  client.send(requests);
  for (const auto& target : targets) {
    const auto answer = client.receive();
    EXPECT_EQ(answer.body, "GET " + target);
  }
}

TEST(Server, AnswersARequestThatArrivesByteByByte) {
  RunningServer server;
  auto client = server.connect();
  for (const char c : std::string("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz")) {
    client.send(std::string_view(&c, 1));
  }
  EXPECT_EQ(client.receive().body, "POST /a [xyz]");
}

TEST(Server, ReadsChunkedBodiesAndDropsTheirTrailers) {
  RunningServer server;
  auto client = server.connect();
  const auto answer = client.exchange(
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\nContent-Length: 7\r\nX: y\r\n\r\n" +
      get("/next"));
  EXPECT_EQ(answer.body, "POST /a [abc0123456789]");
  EXPECT_EQ(client.receive().body, "GET /next");
}

TEST(Server, SaysContinueOnlyToWhoWaitsForIt) {
  RunningServer server;
  auto client = server.connect();
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.exchange("ok").body, "POST /a [ok]");
  const auto at_once =
      client.exchange("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
  EXPECT_EQ(at_once.status, 200);
}

TEST(Server, AnswersHeadWithTheLengthButWithoutTheBody) {
  RunningServer server;
  auto client = server.connect();
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
  const auto head = client.receive(true);
  EXPECT_TRUE(head.has("Content-Length: 7"));
  EXPECT_EQ(client.receive().body, "GET /b");
}

TEST(Server, ClosesAfterAnHttp10RequestUnlessAskedNotTo) {
  RunningServer server;
  auto client = server.connect();
  const auto kept = client.exchange("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(kept.has("Connection: keep-alive"));
  const auto last = client.exchange("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(last.has("Connection: close"));
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, HonoursConnectionClose) {
  RunningServer server;
  auto client = server.connect();
  const auto answer = client.exchange("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/never"));
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.handler.handled, 1);
}

TEST(Server, AnswersAClientThatHasFinishedWriting) {
  RunningServer server;
  auto client = server.connect();
  client.send(get("/blocking/a"));
  client.shut_down_writing();
  EXPECT_EQ(client.receive().body, "GET /blocking/a");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, TurnsAnEscapedExceptionIntoA500WithoutItsText) {
  RunningServer server;
  auto client = server.connect();
  const auto answer = client.exchange("GET /throws HTTP/1.1\r\nHost: a\r\nX-Request-Id: my-id.1\r\n\r\n");
  EXPECT_EQ(answer.status, 500);
  EXPECT_TRUE(answer.has("application/problem+json"));
  EXPECT_NE(answer.body.find(R"("request_id":"my-id.1")"), std::string::npos);
  EXPECT_EQ(answer.body.find("fire"), std::string::npos);
  EXPECT_EQ(client.exchange(get("/a")).status, 200);
}

TEST(Server, DeliversAnAnswerLargerThanEveryBuffer) {
  RunningServer server;
  voyages::test::RawClient client(server.port(), 4096);
  client.send(get("/large") + get("/after"));
  EXPECT_EQ(client.receive().body.size(), 32U * 1024 * 1024);
  EXPECT_EQ(client.receive().body, "GET /after");
}

TEST(Server, ServesThousandsOfConnectionsAtOnce) {
  RunningServer server;
  std::vector<voyages::test::RawClient> clients;
  for (int i = 0; i < 2000; ++i) clients.push_back(server.connect());
  for (auto& client : clients) client.send(get("/a"));
  for (auto& client : clients) ASSERT_EQ(client.receive().status, 200);
  EXPECT_NE(server.metrics.to_prometheus().find(R"(voyages_http_connections{server="main"} 2000)"), std::string::npos);
}

TEST(Server, RunsEveryLaneOnItsOneThreadWhenItHasNoPools) {
  RunningServer server({.name = "metrics", .io_threads = 1, .blocking_threads = 0, .hashing_threads = 0});
  auto client = server.connect();
  EXPECT_EQ(client.exchange(get("/blocking")).status, 200);
  EXPECT_EQ(client.exchange(get("/hashing")).status, 200);
}

TEST(Server, FinishesRequestsInFlightWhenStopped) {
  // One thread for both connections: what the idle one has seen of the stop, the busy one has seen as well.
  RunningServer server({.io_threads = 1, .linger_timeout = std::chrono::milliseconds(50)});
  auto busy = server.connect();
  auto idle = server.connect();
  EXPECT_EQ(idle.exchange(get("/a")).status, 200);
  busy.send(get("/blocking/gate"));
  server.handler.gate.wait_for(1);
  server.request_stop();
  EXPECT_TRUE(idle.is_closed());
  server.handler.gate.open();
  const auto answer = busy.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Connection: close"));
  EXPECT_TRUE(busy.is_closed());
  server.stop();
  EXPECT_THROW((void)server.connect(), std::runtime_error);
}

TEST(Server, LeavesRequestsThatOutlastTheDrainTimeout) {
  RunningServer server({.drain_timeout = std::chrono::milliseconds(50)});
  auto busy = server.connect();
  busy.send(get("/blocking/gate"));
  server.handler.gate.wait_for(1);
  server.request_stop();
  EXPECT_TRUE(busy.is_closed());
}

TEST(Server, NamesTheAddressItCannotListenOn) {
  RunningServer server;
  EchoHandler handler;
  Metrics metrics;
  Logger logger(LogLevel::off, 2);
  try {
    const Server second({.port = server.port()}, handler, logger, metrics);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("127.0.0.1:" + std::to_string(server.port())), std::string::npos);
  }
}

TEST(Server, StopsAtOnceWhenStoppedBeforeItRuns) {
  EchoHandler handler;
  Metrics metrics;
  Logger logger(LogLevel::off, 2);
  Server server({}, handler, logger, metrics);
  server.stop();
  server.stop();
  server.run();
  EXPECT_THROW(voyages::test::RawClient(server.port()), std::runtime_error);
}

// Whether something takes connections at this address.
bool takes_connections(const char* address, std::uint16_t port) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket socket(context);
  boost::system::error_code error;
  error = socket.connect({boost::asio::ip::make_address(address), port}, error);
  return !error;
}

// An acceptor at any free port of this address; nothing when the machine has no such address.
std::optional<boost::asio::ip::tcp::acceptor> occupy(boost::asio::io_context& context, const char* address) {
  try {
    return boost::asio::ip::tcp::acceptor(context, {boost::asio::ip::make_address(address), 0});
  } catch (const boost::system::system_error&) {
    return std::nullopt;
  }
}

// Whether `localhost` stands for this address here.
bool localhost_is(const char* address) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::resolver resolver(context);
  for (const auto& each : resolver.resolve("localhost", "0", boost::asio::ip::resolver_base::passive)) {
    if (each.endpoint().address() == boost::asio::ip::make_address(address))
      return occupy(context, address).has_value();
  }
  return false;
}

TEST(Server, ListensOnEveryAddressOfItsName) {
  const RunningServer server({.address = "localhost"});
  for (const auto* address : {"127.0.0.1", "::1"}) {
    EXPECT_EQ(takes_connections(address, server.port()), localhost_is(address)) << address;
  }
}

TEST(Server, RefusesANameOfWhichOneAddressIsTaken) {
  EchoHandler handler;
  Metrics metrics;
  Logger logger(LogLevel::off, 2);
  boost::asio::io_context context;
  for (const auto* address : {"127.0.0.1", "::1"}) {
    if (!localhost_is(address)) continue;
    const auto other = occupy(context, address);
    const auto port = other->local_endpoint().port();
    EXPECT_THROW(Server({.address = "localhost", .port = port}, handler, logger, metrics), std::runtime_error)
        << address;
  }
}

TEST(Server, ProtectsItsOwnAnswersLikeAnyOther) {
  const RunningServer server;
  const auto answer = server.connect().exchange("nonsense\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.has("Cache-Control: no-store"));
  EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
  EXPECT_TRUE(answer.has("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"));
  EXPECT_TRUE(answer.has("Referrer-Policy: no-referrer"));
}

TEST(Server, LogsWhatItRefusesButNotAFlood) {
  const voyages::tests::TemporaryDirectory directory;
  const auto path = directory.path() / "log";
  const int log = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  constexpr int flood = 1000;
  {
    const RunningServer server({}, log);
    for (int i = 0; i < flood; ++i) {
      server.connect().exchange("POST / HTTP/1.1\r\nHost: a\r\nX-Request-Id: flood\r\nContent-Length: 9999999\r\n\r\n");
    }
  }
  ::close(log);
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.find(R"("message":"refused")") != std::string::npos) lines.push_back(line);
  }
  ASSERT_FALSE(lines.empty());
  EXPECT_LT(lines.size(), flood);
  for (const auto* part :
       {R"("request_id":"flood")", R"("status":413)", R"("code":"payload_too_large")", R"("ip":"127.0.0.1")"}) {
    EXPECT_NE(lines.front().find(part), std::string::npos) << lines.front();
  }
}

}  // namespace
}  // namespace voyages::runtime::test
