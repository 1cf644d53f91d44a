#include "http/client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace voyages::http::client {
namespace {

using testing::HasSubstr;
using tests::ScriptedServer;
using tests::ServerSide;

constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello";

Origin origin_of(const ScriptedServer& server) { return {.tls = false, .host = "127.0.0.1", .port = server.port()}; }

Request get(std::string target) { return {.method = Method::get, .target = std::move(target)}; }

Request post(std::string body) { return {.method = Method::post, .target = "/", .body = std::move(body)}; }

TEST(HttpClient, SendsARequestAndReadsTheAnswer) {
  std::string seen;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    seen = side.receive();
    side.send(hello);
  });
  Client client(Trust::system);
  auto request = post("{}");
  request.target = "/a?b=c";
  request.headers.add("X-Amz-Target", "DynamoDB_20120810.GetItem");
  const auto response = client.send(origin_of(server), request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.get("x-a"), "1");
  EXPECT_EQ(seen, "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(HttpClient, KeepsTheConnectionForTheNextRequest) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    while (!side.receive().empty()) side.send(hello);
  });
  Client client(Trust::system);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(origin_of(server), get("/")).body, "hello");
  EXPECT_EQ(server.connections(), 1U);
}

/// What the client makes of these bytes, after which the server closes the connection.
Response answer_of(std::string_view bytes, const Request& request = get("/"), const Limits& limits = {}) {
  ScriptedServer server([bytes](ServerSide& side, unsigned) {
    side.receive();
    side.send(bytes);
  });
  Client client(Trust::system);
  return client.send(origin_of(server), request, limits);
}

/// Why the client refuses these bytes.
std::string fault_of(std::string_view bytes, const Limits& limits = {}) {
  try {
    answer_of(bytes, get("/"), limits);
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.may_have_arrived());
    return error.what();
  }
  return "it is taken";
}

TEST(HttpClient, SkipsInterimAnswers) {
  const auto response = answer_of(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "ok");
  EXPECT_EQ(response.headers.find("Link"), nullptr);
}

TEST(HttpClient, RefusesInterimAnswersWithoutEnd) {
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_THAT(fault_of(bytes + std::string(hello)), HasSubstr("interim answers without end"));
  EXPECT_THAT(fault_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), HasSubstr("another protocol"));
}

TEST(HttpClient, ExpectsNoBodyWhereThereIsNone) {
  EXPECT_EQ(answer_of("HTTP/1.1 204 No Content\r\n\r\n").status, 204);
  EXPECT_EQ(answer_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").body, "");
  const auto response =
      answer_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", {.method = Method::head, .target = "/"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.headers.get("content-length"), "5");
}

TEST(HttpClient, ReadsChunksAndAnswersThatEndWithTheConnection) {
  EXPECT_EQ(answer_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n").body,
            "hello");
  EXPECT_EQ(answer_of("HTTP/1.1 200 OK\r\n\r\nhello").body, "hello");
}

TEST(HttpClient, ReadsAnAnswerThatComesByteByByte) {
  const auto* no_chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n";
  for (const auto& bytes : {std::string(hello), std::string(no_chunk)}) {
    ScriptedServer server([&](ServerSide& side, unsigned) {
      side.receive();
      for (const char c : bytes) {
        side.send({&c, 1});
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
    Client client(Trust::system);
    EXPECT_EQ(client.send(origin_of(server), get("/")).body, bytes == hello ? "hello" : "");
  }
}

TEST(HttpClient, RefusesACutAnswer) {
  for (const auto* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "HTTP/1.1 200 OK\r\nContent-Le",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    EXPECT_THAT(fault_of(bytes), HasSubstr("ended in the middle of the answer")) << bytes;
  }
  EXPECT_THAT(fault_of(""), HasSubstr("ended before the answer"));
  EXPECT_THAT(fault_of("HTTP/1.1 100 Continue\r\n\r\n"), HasSubstr("ended before the answer"));
}

TEST(HttpClient, RefusesWhatIsNotHttp) {
  for (const auto* bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n"}) {
    EXPECT_THAT(fault_of(bytes), HasSubstr("not HTTP/1.1")) << bytes;
  }
}

TEST(HttpClient, RefusesMoreThanWasWanted) {
  const Limits small{.response_bytes = 4};
  EXPECT_THAT(fault_of(hello, small), HasSubstr("larger than what is taken"));
  EXPECT_THAT(fault_of("HTTP/1.1 200 OK\r\n\r\nhello", small), HasSubstr("larger than what is taken"));
  EXPECT_THAT(fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", small),
              HasSubstr("larger than what is taken"));
  EXPECT_THAT(fault_of("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"),
              HasSubstr("fields are larger than 64 KB"));
  // The line of a chunk, and the trailer.
  for (const std::string begin : {"5;", "5\r\nhello\r\n0\r\nX: "}) {
    EXPECT_THAT(fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + begin + std::string(80'000, 'a')),
                HasSubstr("more than 64 KB"));
  }
}

TEST(HttpClient, HoldsItsDeadlineAgainstASilentServer) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    side.receive();
    side.receive();
  });
  Client client(Trust::system);
  try {
    client.send(origin_of(server), get("/"), {.total = std::chrono::milliseconds(100)});
    FAIL() << "there was no answer";
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.timed_out());
    EXPECT_TRUE(error.may_have_arrived());
    EXPECT_THAT(error.what(), HasSubstr("no answer in time"));
  }
}

TEST(HttpClient, HoldsItsDeadlineAgainstADrippingServer) {
  std::atomic<bool> over = false;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    side.receive();
    side.send("HTTP/1.1 200 OK\r\n");
    while (!over) {
      side.send("X: y\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Client client(Trust::system);
  EXPECT_THROW(client.send(origin_of(server), get("/"), {.total = std::chrono::milliseconds(100)}), TransferFailed);
  over = true;
}

TEST(HttpClient, HoldsItsDeadlineAgainstAServerThatReadsNothing) {
  std::atomic<bool> over = false;
  ScriptedServer server([&](ServerSide&, unsigned) {
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  Client client(Trust::system);
  try {
    client.send(origin_of(server), post(std::string(32U << 20, 'x')), {.total = std::chrono::milliseconds(200)});
    FAIL() << "nobody read it";
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.timed_out());
    EXPECT_FALSE(error.may_have_arrived());
  }
  over = true;
}

TEST(HttpClient, SendsAndReadsMegabytes) {
  const std::string large(3U << 20, 'x');
  ScriptedServer server([&](ServerSide& side, unsigned) {
    const auto request = side.receive();
    side.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" +
              request.substr(request.find("\r\n\r\n") + 4));
  });
  Client client(Trust::system);
  EXPECT_EQ(client.send(origin_of(server), post(large)).body, large);
}

TEST(HttpClient, NoticesAKeptConnectionThatWasClosed) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    side.receive();
    side.send(hello);
  });
  Client client(Trust::system);
  for (unsigned i = 1; i <= 3; ++i) {
    EXPECT_EQ(client.send(origin_of(server), post("{}")).body, "hello");
    server.wait_until_closed(i);
  }
  EXPECT_EQ(server.connections(), 3U);
}

TEST(HttpClient, TellsAResetFromAnAnswer) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    side.receive();
    side.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    side.end_by_reset();
  });
  Client client(Trust::system);
  try {
    client.send(origin_of(server), get("/"));
    FAIL() << "it was cut";
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.may_have_arrived());
  }
}

/// A server that, on its first connection, goes away when the second request has arrived.
ScriptedServer::Script vanishing_server() {
  return [](ServerSide& side, unsigned number) {
    side.receive();
    side.send(hello);
    side.receive();
    if (number > 0) side.send(hello);
  };
}

TEST(HttpClient, RepeatsAnIdempotentRequestWhenAKeptConnectionIsGone) {
  ScriptedServer server(vanishing_server());
  Client client(Trust::system);
  EXPECT_EQ(client.send(origin_of(server), get("/1")).body, "hello");
  EXPECT_EQ(client.send(origin_of(server), get("/2")).body, "hello");
  EXPECT_EQ(server.connections(), 2U);
}

TEST(HttpClient, LeavesTheDoubtAboutAnotherRequestToItsCaller) {
  ScriptedServer server(vanishing_server());
  Client client(Trust::system);
  EXPECT_EQ(client.send(origin_of(server), post("1")).body, "hello");
  try {
    client.send(origin_of(server), post("2"));
    FAIL() << "it was sent twice";
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.may_have_arrived());
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpClient, NeverRepeatsOnAFreshConnection) {
  ScriptedServer server([](ServerSide& side, unsigned) { side.receive(); });
  Client client(Trust::system);
  EXPECT_THROW(client.send(origin_of(server), get("/")), TransferFailed);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpClient, KeepsNoConnectionThatIsOutOfStepOrToBeClosed) {
  for (const auto* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"}) {
    ScriptedServer server([bytes](ServerSide& side, unsigned) {
      while (!side.receive().empty()) side.send(bytes);
    });
    Client client(Trust::system);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(client.send(origin_of(server), get("/")).body, "ok");
    EXPECT_EQ(server.connections(), 2U) << bytes;
  }
}

TEST(HttpClient, UsesNoConnectionOnWhichSomethingCameUnasked) {
  std::atomic<bool> answered = false;
  std::atomic<bool> said_more = false;
  ScriptedServer server([&](ServerSide& side, unsigned number) {
    side.receive();
    side.send(hello);
    if (number > 0) return;
    while (!answered) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    side.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nnot you");
    said_more = true;
    side.receive();
  });
  Client client(Trust::system);
  EXPECT_EQ(client.send(origin_of(server), get("/")).body, "hello");
  answered = true;
  while (!said_more) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(client.send(origin_of(server), get("/")).body, "hello");
}

TEST(HttpClient, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone([](ServerSide&, unsigned) {});
    port = gone.port();
  }
  Client client(Trust::system);
  try {
    client.send({.tls = false, .host = "127.0.0.1", .port = port}, get("/secret?token=abc"));
    FAIL() << "nobody listens";
  } catch (const TransferFailed& error) {
    EXPECT_FALSE(error.may_have_arrived());
    EXPECT_EQ(std::string(error.what()),
              "http://127.0.0.1:" + std::to_string(port) + ": cannot connect: Connection refused");
  }
}

TEST(HttpClient, SaysThatANameHasNoAddress) {
  Client client(Trust::system);
  try {
    client.send({.tls = false, .host = "no-such-host.invalid", .port = 80}, get("/"));
    FAIL() << "it has an address";
  } catch (const TransferFailed& error) {
    EXPECT_FALSE(error.may_have_arrived());
    EXPECT_THAT(error.what(), HasSubstr("http://no-such-host.invalid: the name has no address"));
  }
}

TEST(HttpClient, RefusesARequestThatCouldBeReadAsTwo) {
  Client client(Trust::system);
  const Origin nowhere{.tls = false, .host = "127.0.0.1", .port = 1};
  auto request = get("/");
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::string>>{{"X", "a\r\nY: b"},
                                                                  {"X", "a\nY: b"},
                                                                  {"X", std::string("a\0b", 3)},
                                                                  {"X\r\nY", "b"},
                                                                  {"X Y", "b"},
                                                                  {"", "b"}}) {
    request.headers.clear();
    request.headers.add(name, value);
    EXPECT_THROW(client.send(nowhere, request), std::invalid_argument) << name;
  }
  for (const auto* target : {"", "no-slash", "/a b", "/a\r\nX: y", "/a#b", "/\xc3\xa4"}) {
    EXPECT_THROW(client.send(nowhere, get(target)), std::invalid_argument) << target;
  }
}

TEST(HttpClient, FramesTheMessageItself) {
  std::string seen;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    seen = side.receive();
    side.send(hello);
  });
  Client client(Trust::system);
  auto request = post("ab");
  for (const auto* name : {"Host", "content-length", "Transfer-Encoding", "Connection"})
    request.headers.add(name, "99");
  client.send(origin_of(server), request);
  EXPECT_EQ(seen,
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\nContent-Length: 2\r\n\r\nab");
}

TEST(HttpClient, ServesManyThreads) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    while (!side.receive().empty()) side.send(hello);
  });
  Client client(Trust::system);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 50; ++j) answered += client.send(origin_of(server), get("/")).body == "hello" ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(answered, 400);
  EXPECT_LE(server.connections(), 8U);
}

}  // namespace
}  // namespace voyages::http::client
