#include "aws/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"

namespace voyages::aws {
namespace {

using testing::HasSubstr;
using tests::ManualClock;
using tests::ScriptedServer;
using tests::ServerSide;

/// Credentials that a test hands out.
class FixedCredentials final : public CredentialsSource {
 public:
  Credentials get() override { return {"AKIDEXAMPLE", Secret(std::string_view("secret")), {}, {}}; }
  void expire() override { ++expired; }

  int expired = 0;
};

std::string answer(std::string_view status, std::string_view headers, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// A client whose DynamoDB is the scripted server.
struct Bench {
  explicit Bench(ScriptedServer& server)
      : client({.region = "eu-central-1",
                .endpoints = {{"DYNAMODB", {.tls = false, .host = "127.0.0.1", .port = server.port()}}}},
               credentials, http, clock, log, metrics) {}

  http::Response get_item() {
    return client.call({.service = service::dynamodb,
                        .operation = "GetItem",
                        .request = {.method = http::Method::post, .target = "/", .body = "{}"}});
  }

  FixedCredentials credentials;
  http::client::Client http{http::client::Trust::amazon};
  ManualClock clock;
  Logger log{LogLevel::off, STDERR_FILENO};
  Metrics metrics;
  Client client;
};

TEST(AwsClient, SignsAndSends) {
  std::string seen;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    seen = side.receive();
    side.send(answer("200 OK", "x-amz-crc32: 2745614147\r\n", "{}"));
  });
  Bench bench(server);
  EXPECT_EQ(bench.get_item().body, "{}");
  EXPECT_THAT(seen, HasSubstr("X-Amz-Date: 20270115T080000Z\r\n"));
  EXPECT_THAT(seen, HasSubstr("Authorization: AWS4-HMAC-SHA256 "
                              "Credential=AKIDEXAMPLE/20270115/eu-central-1/dynamodb/aws4_request, "
                              "SignedHeaders=host;x-amz-date, Signature="));
}

TEST(AwsClient, TriesAgainAfterAServersFault) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    side.receive();
    side.send(answer("500 Internal Server Error", "", ""));
    side.receive();
    side.send(answer("200 OK", "", "{}"));
  });
  Bench bench(server);
  EXPECT_EQ(bench.get_item().status, 200);
}

TEST(AwsClient, TellsWhatTheServiceRefused) {
  ScriptedServer server([](ServerSide& side, unsigned) {
    side.receive();
    side.send(
        answer("400 Bad Request", "",
               R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"})"));
  });
  Bench bench(server);
  try {
    bench.get_item();
    FAIL() << "expected Refused";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.code, "ResourceNotFoundException");
    EXPECT_EQ(refused.status, 400);
    EXPECT_STREQ(refused.what(), "dynamodb GetItem: ResourceNotFoundException: no table");
  }
}

}  // namespace
}  // namespace voyages::aws
