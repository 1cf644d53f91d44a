#include "aws/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "aws/client.h"
#include "aws/endpoint.h"
#include "aws/profile_credentials.h"
#include "tests/aws/aws_environment.h"
#include "tests/support/temporary_directory.h"

namespace voyages::aws {
namespace {

using testing::HasSubstr;

std::string setting(const ProfileFile& file, std::string_view section, std::string_view name) {
  const auto found = file.find(section);
  if (found == file.end()) return "no such section";
  const auto value = found->second.find(name);
  return value == found->second.end() ? "no such setting" : std::string(value->second.expose());
}

TEST(ProfileFile, ReadsSectionsAndSettings) {
  const auto file = parse_profile_file(
      "# a comment\n"
      "ignored = because no section has begun\n"
      "[default]\r\n"
      "aws_access_key_id=AKID\r\n"
      "AWS_Secret_Access_Key = a=b/c+d== \n"
      "; another comment\n"
      "region = eu-central-1 # behind a value\n"
      "output=js#on\n"
      "nonsense\n"
      "[ profile dev ]\n"
      "region = us-east-1\n"
      "s3 =\n"
      "  max_concurrent_requests = 10\n"
      "  endpoint_url = http://localhost:9000\n"
      "role_arn = x");
  EXPECT_EQ(setting(file, "default", "aws_access_key_id"), "AKID");
  EXPECT_EQ(setting(file, "default", "aws_secret_access_key"), "a=b/c+d==");
  EXPECT_EQ(setting(file, "default", "region"), "eu-central-1");
  EXPECT_EQ(setting(file, "default", "output"), "js#on");
  EXPECT_EQ(setting(file, "profile dev", "region"), "us-east-1");
  EXPECT_EQ(setting(file, "profile dev", "s3.endpoint_url"), "http://localhost:9000");
  EXPECT_EQ(setting(file, "profile dev", "role_arn"), "x");
  EXPECT_EQ(file.size(), 2U);
}

TEST(ProfileFile, PassesOverWhatItDoesNotUnderstand) {
  for (const auto* text :
       {"", "\n\n", "[", "[]", "]", "=", "[a]\n=", "[a]\n = b", "[a", "\xff\xfe", "[a]\n\n\n  x = y"}) {
    EXPECT_NO_THROW(parse_profile_file(text)) << text;
  }
}

/// The files of a home directory of its own.
class Profiles : public testing::Test {
 protected:
  Profiles() {
    std::filesystem::create_directory(folder_.path() / ".aws");
    environment_["HOME"].set(folder_.path().c_str());
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_.path() / ".aws" / name, std::ios::binary) << text;
  }

  static std::string fault() {
    try {
      static_cast<void>(ProfileCredentials().load());
    } catch (const Unavailable& error) {
      return error.what();
    }
    return "it worked";
  }

  static std::string options_fault() {
    try {
      static_cast<void>(read_client_options());
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "it worked";
  }

  tests::TemporaryDirectory folder_;
  tests::AwsEnvironment environment_;
};

TEST_F(Profiles, GiveTheKeysOfTheDefaultProfile) {
  write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C\n");
  const auto credentials = ProfileCredentials().load();
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->access_key_id, "A");
  EXPECT_EQ(credentials->secret_access_key.expose(), "B");
  EXPECT_EQ(credentials->session_token.expose(), "C");
  EXPECT_FALSE(credentials->expires_at);
}

TEST_F(Profiles, GiveTheKeysOfTheNamedProfileFromEitherFile) {
  write("credentials", "[dev]\naws_access_key_id=A\naws_secret_access_key=B\n");
  write("config",
        "[profile dev]\naws_access_key_id=X\naws_secret_access_key=Y\naws_session_token=Z\n"
        "[profile test]\naws_access_key_id=T\naws_secret_access_key=U\n[test]\naws_access_key_id=wrong\n");
  environment_["AWS_PROFILE"].set("dev");
  const auto dev = ProfileCredentials().load();
  EXPECT_EQ(dev->access_key_id, "A");
  // Not half of one file and half of the other.
  EXPECT_TRUE(dev->session_token.empty());
  environment_["AWS_PROFILE"].set("test");
  EXPECT_EQ(ProfileCredentials().load()->access_key_id, "T");
}

TEST_F(Profiles, AreReadWhereTheEnvironmentSays) {
  write("elsewhere", "[default]\naws_access_key_id=E\naws_secret_access_key=F\n");
  environment_["AWS_SHARED_CREDENTIALS_FILE"].set("~/.aws/elsewhere");
  EXPECT_EQ(ProfileCredentials().load()->access_key_id, "E");
}

TEST_F(Profiles, MayHaveNothing) {
  EXPECT_FALSE(ProfileCredentials().load());
  write("config", "[default]\nregion=eu-central-1\n");
  EXPECT_FALSE(ProfileCredentials().load());
  environment_["HOME"].set(nullptr);
  EXPECT_FALSE(ProfileCredentials().load());
}

TEST_F(Profiles, SayWhatIsMissing) {
  environment_["AWS_PROFILE"].set("prod");
  EXPECT_THAT(fault(), HasSubstr("AWS_PROFILE names the profile prod, which is not in "));
  write("credentials", "[prod]\naws_access_key_id=A\n");
  EXPECT_THAT(fault(), HasSubstr("has an aws_access_key_id, but no aws_secret_access_key"));
}

TEST_F(Profiles, SayWhatIsNotSupported) {
  environment_["AWS_WEB_IDENTITY_TOKEN_FILE"].set("/token");
  EXPECT_THAT(fault(), HasSubstr("credentials by web identity are not supported"));
}

TEST_F(Profiles, RefuseAFileWithoutEnd) {
  write("config", std::string((1U << 20) + 1, '\n'));
  EXPECT_THAT(fault(), HasSubstr("is larger than 1 MB"));
}

TEST_F(Profiles, GiveTheRegionWhenTheEnvironmentHasNone) {
  EXPECT_EQ(options_fault(), "no AWS region is set: set AWS_REGION, or `region` in the profile of ~/.aws/config");
  write("config", "[default]\nregion = eu-north-1\n");
  EXPECT_EQ(read_client_options().region, "eu-north-1");
  environment_["AWS_DEFAULT_REGION"].set("eu-west-1");
  EXPECT_EQ(read_client_options().region, "eu-west-1");
  environment_["AWS_REGION"].set("eu-central-1");
  EXPECT_EQ(read_client_options().region, "eu-central-1");
  environment_["AWS_REGION"].set("eu-central-1.example.com/");
  EXPECT_THAT(options_fault(), HasSubstr("the AWS region must be like eu-central-1"));
}

TEST_F(Profiles, GiveTheNumberOfTries) {
  environment_["AWS_REGION"].set("eu-central-1");
  EXPECT_EQ(read_client_options().attempts, 3U);
  write("config", "[default]\nmax_attempts = 4\n");
  EXPECT_EQ(read_client_options().attempts, 4U);
  environment_["AWS_MAX_ATTEMPTS"].set("5");
  EXPECT_EQ(read_client_options().attempts, 5U);
  for (const auto* text : {"0", "21", "-1", "x", "3x"}) {
    environment_["AWS_MAX_ATTEMPTS"].set(text);
    EXPECT_THAT(options_fault(), HasSubstr("must be a number from 1 to 20")) << text;
  }
}

TEST_F(Profiles, GiveEndpointsTheMoreSpecificFirst) {
  environment_["AWS_REGION"].set("eu-central-1");
  write("config",
        "[default]\nservices = mine\nendpoint_url = http://localhost:1\n"
        "[services mine]\nsqs =\n  endpoint_url = http://localhost:2\n");
  const auto port = [](const Service& called) { return endpoint_of(read_client_options(), called).port; };
  EXPECT_EQ(port(service::dynamodb), 1);
  EXPECT_EQ(port(service::sqs), 2);
  environment_["AWS_ENDPOINT_URL"].set("http://localhost:3");
  EXPECT_EQ(port(service::dynamodb), 3);
  EXPECT_EQ(port(service::sqs), 3);
  environment_["AWS_ENDPOINT_URL_SQS"].set("http://localhost:4/");
  EXPECT_EQ(port(service::dynamodb), 3);
  EXPECT_EQ(port(service::sqs), 4);
  environment_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"].set("true");
  EXPECT_EQ(endpoint_of(read_client_options(), service::sqs).host, "sqs.eu-central-1.amazonaws.com");
}

TEST_F(Profiles, RefuseAnEndpointWithAPath) {
  environment_["AWS_REGION"].set("eu-central-1");
  environment_["AWS_ENDPOINT_URL_S3"].set("http://localhost:9000/path");
  EXPECT_THAT(options_fault(), HasSubstr("AWS_ENDPOINT_URL_S3 must be the address of a server"));
}

TEST(Endpoint, IsTheRegionsOwn) {
  const auto host = [](std::string region) { return endpoint_of({.region = std::move(region)}, service::ses); };
  EXPECT_EQ(host("eu-central-1"), (http::client::Origin{true, "email.eu-central-1.amazonaws.com", 443}));
  EXPECT_EQ(host("cn-north-1").host, "email.cn-north-1.amazonaws.com.cn");
}

}  // namespace
}  // namespace voyages::aws
