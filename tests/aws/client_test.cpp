#include "aws/client.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <fstream>
#include <iterator>

#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace voyages::aws {
namespace {

using testing::HasSubstr;
using tests::answer;
using tests::ManualClock;
using tests::ScriptedServer;
using tests::ServerSide;

/// Credentials that a test hands out: of another name after each time that they expired.
class FixedCredentials final : public CredentialsSource {
 public:
  Credentials get() override {
    return {"AKIDEXAMPLE" + std::to_string(expired), Secret(std::string_view("secret")), {}, {}};
  }
  void expire() override { ++expired; }

  int expired = 0;
};

std::string refusal(std::string_view code, std::string_view headers = "") {
  return answer("400 Bad Request",
                R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + std::string(code) + R"(","message":"no"})",
                headers);
}

const std::string fine = answer("200 OK", "{}", "x-amz-crc32: 2745614147\r\n");
/// At the end of an answer, or in place of one: the server goes away.
const std::string hang_up = "<hangs up>";

/// A client, and a DynamoDB that answers its requests with these texts, one after the other.
class AwsClient : public testing::Test {
 protected:
  void start(std::vector<std::string> answers, unsigned attempts = 3) {
    server_ = std::make_unique<ScriptedServer>([this, answers](ServerSide& side, unsigned) {
      while (true) {
        auto request = side.receive();
        if (request.empty()) return;
        const std::scoped_lock lock(mutex_);
        requests_.push_back(std::move(request));
        // Asked for more than it knows, it would never stop: the test sees the number of requests.
        if (requests_.size() > answers.size()) return;
        const auto& text = answers[requests_.size() - 1];
        side.send(text.substr(0, text.find(hang_up)));
        if (text.ends_with(hang_up)) return;
      }
    });
    const http::client::Origin origin{.tls = false, .host = "127.0.0.1", .port = server_->port()};
    client_.emplace(ClientOptions{.region = "eu-central-1", .endpoints = {{"DYNAMODB", origin}}, .attempts = attempts},
                    credentials_, http_, clock_, log_, metrics_);
  }

  static Call get_item(bool repeatable = true) {
    return {.service = service::dynamodb,
            .operation = "GetItem",
            .request = {.method = http::Method::post, .target = "/", .body = "{}"},
            .repeatable = repeatable};
  }

  http::Response call(bool repeatable = true) { return client_->call(get_item(repeatable)); }

  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

  /// The text of the exception that the call ends with.
  template <class Expected>
  std::string fault(bool repeatable = true) {
    try {
      call(repeatable);
    } catch (const Expected& error) {
      return error.what();
    }
    return "it worked";
  }

  std::string log() {
    log_.flush();
    std::ifstream file(log_path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  tests::TemporaryDirectory folder_;
  std::string log_path_ = folder_.path() / "log";
  int log_file_ = ::open(log_path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  FixedCredentials credentials_;
  http::client::Client http_{http::client::Trust::amazon};
  ManualClock clock_;
  Logger log_{LogLevel::debug, log_file_};
  Metrics metrics_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::unique_ptr<ScriptedServer> server_;
  std::optional<Client> client_;
};

TEST_F(AwsClient, SignsAndSends) {
  start({fine});
  EXPECT_EQ(call().body, "{}");
  ASSERT_EQ(requests().size(), 1U);
  EXPECT_THAT(requests()[0], HasSubstr("X-Amz-Date: 20270115T080000Z\r\n"));
  EXPECT_THAT(requests()[0], HasSubstr("Authorization: AWS4-HMAC-SHA256 "
                                       "Credential=AKIDEXAMPLE0/20270115/eu-central-1/dynamodb/aws4_request, "
                                       "SignedHeaders=host;x-amz-date, Signature="));
}

TEST_F(AwsClient, TellsWhatTheServiceRefused) {
  start({refusal("ResourceNotFoundException")});
  try {
    call();
    FAIL() << "it worked";
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.code, "ResourceNotFoundException");
    EXPECT_EQ(refused.status, 400);
    EXPECT_STREQ(refused.what(), "dynamodb GetItem: ResourceNotFoundException: no");
    EXPECT_THAT(refused.body, HasSubstr("__type"));
  }
  EXPECT_EQ(requests().size(), 1U);
}

TEST_F(AwsClient, TriesAgainWhatMayPass) {
  const std::vector<std::string> passing{answer("500 Internal Server Error", ""),
                                         answer("502 Bad Gateway", "<html>"),
                                         answer("503 Service Unavailable", ""),
                                         answer("504 Gateway Timeout", ""),
                                         refusal("RequestTimeout"),
                                         hang_up,
                                         "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{" + hang_up,
                                         "garbage\r\n\r\n"};
  for (const auto& trouble : passing) {
    requests_.clear();
    start({trouble, fine});
    EXPECT_EQ(call().status, 200) << trouble;
    EXPECT_EQ(requests().size(), 2U) << trouble;
  }
}

TEST_F(AwsClient, TriesAgainWhenItIsThrottled) {
  start({refusal("ProvisionedThroughputExceededException"), fine});
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(AwsClient, GivesUpAfterItsTries) {
  start({answer("500 Internal Server Error", R"({"__type":"InternalServerError","message":"sorry"})"),
         answer("500 Internal Server Error", ""), answer("500 Internal Server Error", ""), fine});
  EXPECT_EQ(fault<Unavailable>(), "dynamodb GetItem: 500 (3 of 3 tries)");
  EXPECT_EQ(requests().size(), 3U);
}

TEST_F(AwsClient, StopsTryingAgainWhenItsQuotaIsUsedUp) {
  const std::vector<std::string> answers(300, answer("500 Internal Server Error", ""));
  start(answers, 2);
  for (int i = 0; i < 100; ++i) ASSERT_THAT(fault<Unavailable>(), HasSubstr("(2 of 2 tries)"));
  EXPECT_THAT(fault<Unavailable>(), HasSubstr("(1 of 2 tries)"));
}

TEST_F(AwsClient, RepeatsNothingThatMayHaveHappenedAndMustNotTwice) {
  for (const auto& trouble :
       {hang_up, answer("500 Internal Server Error", ""), answer("200 OK", "{}", "x-amz-crc32: 1\r\n")}) {
    requests_.clear();
    start({trouble, fine});
    EXPECT_THAT(fault<Uncertain>(false), HasSubstr("dynamodb GetItem")) << trouble;
    EXPECT_EQ(requests().size(), 1U) << trouble;
  }
}

TEST_F(AwsClient, RepeatsEvenThatWhenItCertainlyDidNotHappen) {
  start({refusal("ThrottlingException", "x-amz-retry-after: 0\r\n"), fine});
  EXPECT_EQ(call(false).status, 200);
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(AwsClient, TriesAgainWhenTheChecksumIsWrong) {
  start({answer("200 OK", "{}", "x-amz-crc32: 1\r\n"), answer("200 OK", "{}", "x-amz-crc32: none\r\n"), fine});
  EXPECT_EQ(call().body, "{}");
  EXPECT_EQ(requests().size(), 3U);
}

TEST_F(AwsClient, HoldsTheDeadlineOfEachTry) {
  // Only the client's deadline ends these: the server neither answers nor hangs up.
  server_ = std::make_unique<ScriptedServer>([this](ServerSide& side, unsigned) {
    while (true) {
      auto request = side.receive();
      if (request.empty()) return;
      const std::scoped_lock lock(mutex_);
      requests_.push_back(std::move(request));
    }
  });
  const http::client::Origin origin{.tls = false, .host = "127.0.0.1", .port = server_->port()};
  client_.emplace(ClientOptions{.region = "eu-central-1", .endpoints = {{"", origin}}, .attempts = 2}, credentials_,
                  http_, clock_, log_, metrics_);
  auto slow = get_item();
  slow.timeout = std::chrono::milliseconds(50);
  EXPECT_THROW(client_->call(slow), Unavailable);
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(AwsClient, CorrectsAClockThatIsOffAndNamesIt) {
  // The machine believes 08:00, the service 07:40.
  const std::string date = "Date: Fri, 15 Jan 2027 07:40:00 GMT\r\n";
  start({refusal("InvalidSignatureException", date), fine, fine});
  EXPECT_EQ(call().status, 200);
  ASSERT_EQ(requests().size(), 2U);
  EXPECT_THAT(requests()[1], HasSubstr("X-Amz-Date: 20270115T074000Z\r\n"));
  EXPECT_THAT(log(), HasSubstr("This machine's clock is 1200 s ahead"));
  EXPECT_EQ(call().status, 200);
  EXPECT_THAT(requests()[2], HasSubstr("X-Amz-Date: 20270115T074000Z\r\n"));
}

TEST_F(AwsClient, CorrectsTheClockForAllThreadsAndSaysSoOnce) {
  std::barrier both_arrived(2);
  server_ = std::make_unique<ScriptedServer>([&](ServerSide& side, unsigned) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      if (request.find("X-Amz-Date: 20270115T074000Z") != std::string::npos) {
        side.send(fine);
      } else {
        both_arrived.arrive_and_wait();
        side.send(refusal("InvalidSignatureException", "Date: Fri, 15 Jan 2027 07:40:00 GMT\r\n"));
      }
    }
  });
  const http::client::Origin origin{.tls = false, .host = "127.0.0.1", .port = server_->port()};
  client_.emplace(ClientOptions{.region = "eu-central-1", .endpoints = {{"", origin}}}, credentials_, http_, clock_,
                  log_, metrics_);
  {
    const std::jthread other([&] { EXPECT_EQ(call().status, 200); });
    EXPECT_EQ(call().status, 200);
  }
  const auto text = log();
  EXPECT_EQ(text.find("clock"), text.rfind("This machine's clock") + std::string("This machine's ").size());
}

TEST_F(AwsClient, NamesTheClockWhenACorrectedTimeDoesNotHelp) {
  const std::string date = "Date: Fri, 15 Jan 2027 08:20:00 GMT\r\n";
  start({refusal("InvalidSignatureException", date), refusal("InvalidSignatureException", date)});
  EXPECT_EQ(fault<Refused>(),
            "dynamodb GetItem: InvalidSignatureException: no (this machine's clock is 1200 s off, and signing with a "
            "corrected time did not help)");
  EXPECT_EQ(requests().size(), 2U);
  EXPECT_THAT(log(), HasSubstr("This machine's clock is 1200 s behind"));
}

TEST_F(AwsClient, BlamesNoClockForAWrongKey) {
  start({refusal("InvalidSignatureException", "Date: Fri, 15 Jan 2027 08:01:00 GMT\r\n")});
  EXPECT_EQ(fault<Refused>(), "dynamodb GetItem: InvalidSignatureException: no");
  EXPECT_EQ(requests().size(), 1U);
  EXPECT_EQ(log(), "");
}

TEST_F(AwsClient, AsksForNewCredentialsOnceWhenTheyHaveExpired) {
  start({refusal("ExpiredTokenException"), fine});
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(credentials_.expired, 1);
  EXPECT_THAT(requests()[1], HasSubstr("Credential=AKIDEXAMPLE1/"));

  requests_.clear();
  start({refusal("ExpiredTokenException"), refusal("ExpiredTokenException"), fine});
  EXPECT_EQ(fault<Refused>(), "dynamodb GetItem: ExpiredTokenException: no");
  EXPECT_EQ(requests().size(), 2U);
}

TEST_F(AwsClient, CountsEachTry) {
  start({answer("500 Internal Server Error", ""), fine, refusal("ResourceNotFoundException")});
  call();
  fault<Refused>();
  const auto text = metrics_.to_prometheus();
  for (const auto* result : {"failed", "ok", "refused"}) {
    EXPECT_THAT(text, HasSubstr(R"(voyages_aws_requests_total{service="dynamodb",operation="GetItem",result=")" +
                                std::string(result) + "\"} 1\n"));
  }
}

TEST_F(AwsClient, SignsForS3ByItsOwnRules) {
  start({fine});
  const http::client::Origin origin{.tls = false, .host = "127.0.0.1", .port = server_->port()};
  client_.emplace(ClientOptions{.region = "eu-central-1", .endpoints = {{"S3", origin}}}, credentials_, http_, clock_,
                  log_, metrics_);
  client_->call({.service = service::s3,
                 .operation = "PutObject",
                 .request = {.method = http::Method::put, .target = "/bucket/a//b%20c", .body = "hello"}});
  EXPECT_THAT(requests()[0], HasSubstr("PUT /bucket/a//b%20c HTTP/1.1\r\n"));
  EXPECT_THAT(requests()[0], HasSubstr("X-Amz-Content-Sha256: "
                                       "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\r\n"));
  EXPECT_THAT(requests()[0], HasSubstr("SignedHeaders=host;x-amz-content-sha256;x-amz-date, "));
}

}  // namespace
}  // namespace voyages::aws
