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

}  // namespace
}  // namespace voyages::http::client
