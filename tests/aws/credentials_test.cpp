#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "aws/container_credentials.h"
#include "aws/default_credentials.h"
#include "aws/environment_credentials.h"
#include "aws/instance_credentials.h"
#include "aws/metadata_credentials.h"
#include "tests/aws/aws_environment.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace voyages::aws {
namespace {

using testing::HasSubstr;
using tests::answer;
using tests::ScriptedServer;
using tests::ServerSide;

constexpr std::string_view keys =
    R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":"B","Token":"C","Expiration":"2027-01-15T14:00:00Z"})";

template <class Provider>
std::string fault_of(Provider provider) {
  try {
    return provider.load() ? "it worked" : "nothing";
  } catch (const Unavailable& error) {
    return error.what();
  }
}

TEST(MetadataCredentials, AreReadWhole) {
  const auto credentials = parse_metadata_credentials(keys);
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->access_key_id, "A");
  EXPECT_EQ(credentials->secret_access_key.expose(), "B");
  EXPECT_EQ(credentials->session_token.expose(), "C");
  EXPECT_EQ(credentials->expires_at, parse_rfc3339("2027-01-15T14:00:00Z"));
  for (const auto* text : {"", "{}", "[]", R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"C"})",
                           R"({"AccessKeyId":"A","Token":"C","Expiration":"2027-01-15T14:00:00Z"})",
                           R"({"AccessKeyId":1,"SecretAccessKey":"B","Token":"C","Expiration":"2027-01-15T14:00:00Z"})",
                           R"({"AccessKeyId":"A","SecretAccessKey":"B","Token":"C","Expiration":"soon"})",
                           R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"no"})"}) {
    EXPECT_FALSE(parse_metadata_credentials(text)) << text;
  }
}

/// An environment of its own, and a client.
class CredentialsPlaces : public testing::Test {
 protected:
  static std::string url_of(const ScriptedServer& server, std::string_view path = "") {
    return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(path);
  }

  tests::AwsEnvironment environment_;
  tests::TemporaryDirectory folder_;
  http::client::Client http_{http::client::Trust::amazon};
};

TEST_F(CredentialsPlaces, TheEnvironment) {
  EXPECT_FALSE(EnvironmentCredentials().load());
  environment_["AWS_ACCESS_KEY_ID"].set("A");
  EXPECT_THAT(fault_of(EnvironmentCredentials()), HasSubstr("AWS_SECRET_ACCESS_KEY is not: set both"));
  environment_["AWS_SECRET_ACCESS_KEY"].set("B");
  EXPECT_TRUE(EnvironmentCredentials().load()->session_token.empty());
  environment_["AWS_SESSION_TOKEN"].set("C");
  EXPECT_EQ(EnvironmentCredentials().load()->session_token.expose(), "C");
}

TEST_F(CredentialsPlaces, TheContainersEndpoint) {
  EXPECT_FALSE(ContainerCredentials(http_).load());
  std::string seen;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    for (seen = side.receive(); !seen.empty(); seen = side.receive()) {
      side.send(answer("200 OK", keys));
      return;
    }
  });
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"].set(url_of(server, "/v2/credentials?id=7").c_str());
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN"].set("Basic abc");
  EXPECT_EQ(ContainerCredentials(http_).load()->access_key_id, "A");
  EXPECT_THAT(seen, HasSubstr("GET /v2/credentials?id=7 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Authorization: Basic abc\r\n"));

  // EKS replaces the file: it is read each time, and goes before the variable.
  std::ofstream(folder_.path() / "token") << "first";
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].set((folder_.path() / "token").c_str());
  static_cast<void>(ContainerCredentials(http_).load());
  EXPECT_THAT(seen, HasSubstr("Authorization: first\r\n"));
  std::ofstream(folder_.path() / "token") << "second";
  static_cast<void>(ContainerCredentials(http_).load());
  EXPECT_THAT(seen, HasSubstr("Authorization: second\r\n"));
  std::ofstream(folder_.path() / "token") << "second\r\nX: y";
  EXPECT_THAT(fault_of(ContainerCredentials(http_)), HasSubstr("must be one line"));
  std::filesystem::remove(folder_.path() / "token");
  EXPECT_THAT(fault_of(ContainerCredentials(http_)), HasSubstr("which holds no token"));
}

TEST_F(CredentialsPlaces, TheContainersEndpointIsAskedThreeTimes) {
  std::atomic<unsigned> asked = 0;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    while (!side.receive().empty()) side.send(++asked < 3 ? answer("500 Oops", "") : answer("200 OK", keys));
  });
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"].set(url_of(server).c_str());
  EXPECT_TRUE(ContainerCredentials(http_).load());
  EXPECT_EQ(asked, 3U);
}

TEST_F(CredentialsPlaces, TheContainersEndpointMayHaveNone) {
  ScriptedServer server([&](ServerSide& side, unsigned) {
    while (!side.receive().empty()) side.send(answer("200 OK", "{}"));
  });
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"].set(url_of(server).c_str());
  EXPECT_EQ(fault_of(ContainerCredentials(http_)),
            "the container's credentials endpoint gave no credentials: its answer has no credentials");
}

TEST(ContainerAddress, IsOfThisMachineEcsEksOrTls) {
  for (const auto* url :
       {"http://127.0.0.1/a", "http://127.255.0.1:1/a?b", "http://localhost", "http://[::1]/", "http://169.254.170.2/x",
        "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials", "https://example.com/a"}) {
    EXPECT_TRUE(parse_container_address(url)) << url;
  }
  for (const auto* url : {"", "/relative", "http://example.com/", "http://169.254.169.254/", "http://10.0.0.1/",
                          "http://127.0.0.1.example.com/", "http://127.example.com/", "http://localhost.example.com/",
                          "http://127.0.0.1@example.com/", "ftp://127.0.0.1/", "http://example.com#@127.0.0.1/"}) {
    EXPECT_FALSE(parse_container_address(url)) << url;
  }
  const auto address = parse_container_address("http://127.0.0.1:80?id=1");
  EXPECT_EQ(address->target, "/?id=1");
}

/// An instance's metadata service with one role, which insists on version 2.
ScriptedServer::Script metadata_service(std::string roles = "my-role") {
  return [roles](ServerSide& side, unsigned) {
    for (auto request = side.receive(); !request.empty(); request = side.receive()) {
      const bool has_token = request.find("X-aws-ec2-metadata-token: t0ken\r\n") != std::string::npos;
      if (request.starts_with("PUT /latest/api/token HTTP/1.1\r\n") &&
          request.find("X-aws-ec2-metadata-token-ttl-seconds: ") != std::string::npos) {
        side.send(answer("200 OK", "t0ken"));
      } else if (!has_token) {
        side.send(answer("401 Unauthorized", ""));
      } else if (request.starts_with("GET /latest/meta-data/iam/security-credentials/ HTTP")) {
        side.send(roles.empty() ? answer("404 Not Found", "") : answer("200 OK", roles));
      } else if (request.starts_with("GET /latest/meta-data/iam/security-credentials/my-role HTTP")) {
        side.send(answer("200 OK", keys));
      } else {
        side.send(answer("404 Not Found", ""));
      }
    }
  };
}

TEST_F(CredentialsPlaces, TheInstancesMetadata) {
  ScriptedServer server(metadata_service());
  environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"].set(url_of(server, "/").c_str());
  EXPECT_EQ(InstanceCredentials(http_).load()->access_key_id, "A");
  environment_["AWS_EC2_METADATA_DISABLED"].set("TRUE");
  EXPECT_FALSE(InstanceCredentials(http_).load());
}

TEST_F(CredentialsPlaces, AnInstanceMayHaveNoRole) {
  for (const auto* roles : {"", "no such role", "../../x", "\n"}) {
    ScriptedServer server(metadata_service(roles));
    environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"].set(url_of(server).c_str());
    EXPECT_FALSE(InstanceCredentials(http_).load()) << roles;
  }
}

TEST_F(CredentialsPlaces, AMachineMayBeNoInstance) {
  std::uint16_t port = 0;
  {
    const ScriptedServer gone([](ServerSide&, unsigned) {});
    port = gone.port();
  }
  environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"].set(("http://127.0.0.1:" + std::to_string(port)).c_str());
  EXPECT_FALSE(InstanceCredentials(http_).load());
}

TEST_F(CredentialsPlaces, AreAskedInTheirOrder) {
  const tests::ManualClock clock;
  Logger log(LogLevel::off, STDERR_FILENO);
  ScriptedServer container([](ServerSide& side, unsigned) {
    while (!side.receive().empty()) side.send(answer("200 OK", keys));
  });
  environment_["AWS_EC2_METADATA_DISABLED"].set("true");
  try {
    static_cast<void>(default_credentials(http_, clock, log)->get());
    FAIL() << "nobody has credentials";
  } catch (const Unavailable& error) {
    EXPECT_THAT(error.what(), HasSubstr("there are no AWS credentials: set AWS_ACCESS_KEY_ID"));
  }
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"].set(url_of(container).c_str());
  EXPECT_EQ(default_credentials(http_, clock, log)->get().access_key_id, "A");
  std::ofstream(folder_.path() / "keys") << "[default]\naws_access_key_id=P\naws_secret_access_key=Q\n";
  environment_["AWS_SHARED_CREDENTIALS_FILE"].set((folder_.path() / "keys").c_str());
  EXPECT_EQ(default_credentials(http_, clock, log)->get().access_key_id, "P");
  environment_["AWS_ACCESS_KEY_ID"].set("E");
  environment_["AWS_SECRET_ACCESS_KEY"].set("F");
  EXPECT_EQ(default_credentials(http_, clock, log)->get().access_key_id, "E");
}

}  // namespace
}  // namespace voyages::aws
