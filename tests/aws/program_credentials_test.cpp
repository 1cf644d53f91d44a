#include "aws/program_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "aws/default_credentials.h"
#include "aws/profile_credentials.h"
#include "tests/aws/aws_environment.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// As `aws configure export-credentials --format process` prints it.
constexpr std::string_view exported = R"({
    "Version": 1,
    "AccessKeyId": "ASIAEXAMPLE",
    "SecretAccessKey": "top-secret",
    "SessionToken": "token",
    "Expiration": "2027-01-15T14:00:00+00:00"
}
)";

TEST(ProgramCredentials, AreReadWhole) {
  const auto credentials = parse_program_credentials(exported);
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->access_key_id, "ASIAEXAMPLE");
  EXPECT_EQ(credentials->secret_access_key.expose(), "top-secret");
  EXPECT_EQ(credentials->session_token.expose(), "token");
  EXPECT_EQ(credentials->expires_at, parse_rfc3339("2027-01-15T14:00:00Z"));
}

TEST(ProgramCredentials, MayLastForever) {
  const auto credentials = parse_program_credentials(R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"B"})");
  ASSERT_TRUE(credentials);
  EXPECT_TRUE(credentials->session_token.empty());
  EXPECT_FALSE(credentials->expires_at);
}

TEST(ProgramCredentials, AreRefusedInAnotherForm) {
  for (const auto* text :
       {"", "garbage", "[]", "{}", R"({"AccessKeyId":"A","SecretAccessKey":"B"})",
        R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"B"})",
        R"({"Version":"1","AccessKeyId":"A","SecretAccessKey":"B"})", R"({"Version":1,"SecretAccessKey":"B"})",
        R"({"Version":1,"AccessKeyId":"A"})", R"({"Version":1,"AccessKeyId":"","SecretAccessKey":"B"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","Expiration":"soon"})",
        R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"B","Expiration":1})"}) {
    EXPECT_FALSE(parse_program_credentials(text)) << text;
  }
}

TEST(Command, IsDividedAsAShellDividesIt) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_command("/bin/keys --user ada"), (Words{"/bin/keys", "--user", "ada"}));
  EXPECT_EQ(split_command(R"("/opt/my keys/get" 'a "b"' c\ d "e\"f\\g\h" '' i'j'k)"),
            (Words{"/opt/my keys/get", R"(a "b")", "c d", R"(e"f\g\h)", "", "ijk"}));
  EXPECT_EQ(split_command("  a \t $(b) | c;d  "), (Words{"a", "$(b)", "|", "c;d"}));
  EXPECT_EQ(split_command(" "), Words{});
  EXPECT_EQ(split_command("a 'b"), std::nullopt);
  EXPECT_EQ(split_command("a \"b\\\""), std::nullopt);
}

/// A home with a profile `dev`, and a PATH that begins with a folder of scripts.
class ProfilePrograms : public testing::Test {
 protected:
  ProfilePrograms() {
    std::filesystem::create_directories(folder_.path() / ".aws");
    environment_["HOME"].set(folder_.path().c_str());
    environment_["AWS_PROFILE"].set("dev");
    environment_["AWS_EC2_METADATA_DISABLED"].set("true");
    path_.set((folder_.path().string() + ":/usr/bin:/bin").c_str());
  }

  void write_profile(std::string_view settings) const {
    std::ofstream(folder_.path() / ".aws/config") << "[profile dev]\nregion = eu-central-1\n" << settings << "\n";
  }

  /// A program of this name, which also writes down its arguments, once for each run.
  void write_program(const std::string& name, std::string_view script) const {
    const auto file = folder_.path() / name;
    std::ofstream(file) << "#!/bin/sh\necho \"$@\" >> \"$HOME/runs\"\n" << script << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

  void write_printing_program(const std::string& name, std::string_view json) const {
    write_program(name, "cat <<'END'\n" + std::string(json) + "END");
  }

  [[nodiscard]] std::string runs() const {
    std::ifstream file(folder_.path() / "runs");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static std::string fault(const ProgramLimits& limits = {}) {
    try {
      return ProfileCredentials(limits).load() ? "it worked" : "nothing";
    } catch (const Unavailable& error) {
      return error.what();
    }
  }

  tests::TemporaryDirectory folder_;
  tests::AwsEnvironment environment_;
  tests::EnvironmentVariable path_{"PATH"};
};

TEST_F(ProfilePrograms, TheAwsCliGivesThoseOfASignOnALoginOrARole) {
  write_printing_program("aws", exported);
  for (const auto* settings :
       {"sso_session = corp\nsso_account_id = 123456789012", "sso_start_url = https://corp.awsapps.com/start",
        "login_session = arn:aws:iam::123456789012:user/ada", "role_arn = arn:aws:iam::1:role/x\nsource_profile = y",
        // As the AWS CLI has it: these go before keys, which may be those of the source.
        "role_arn = arn:aws:iam::1:role/x\naws_access_key_id = A\naws_secret_access_key = B"}) {
    std::filesystem::remove(folder_.path() / "runs");
    write_profile(settings);
    EXPECT_EQ(ProfileCredentials().load()->access_key_id, "ASIAEXAMPLE") << settings;
    EXPECT_EQ(runs(), "configure export-credentials --profile dev --format process\n");
  }
}

TEST_F(ProfilePrograms, ACredentialProcessIsRunWithoutAShell) {
  write_printing_program("my keys", exported);
  write_profile("credential_process = \"" + (folder_.path() / "my keys").string() + "\" --for 'a b' $HOME;ls");
  EXPECT_EQ(ProfileCredentials().load()->session_token.expose(), "token");
  EXPECT_EQ(runs(), "--for a b $HOME;ls\n");
}

TEST_F(ProfilePrograms, KeysGoBeforeACredentialProcess) {
  write_profile("credential_process = no-such-program\naws_access_key_id = A\naws_secret_access_key = B");
  EXPECT_EQ(ProfileCredentials().load()->access_key_id, "A");
}

TEST_F(ProfilePrograms, AreAskedAgainWhenTheCredentialsExpire) {
  tests::ManualClock clock;
  Logger log(LogLevel::off, STDERR_FILENO);
  http::client::Client http(http::client::Trust::amazon);
  write_profile("sso_session = corp");
  const auto print = [&](std::string_view key) {
    write_printing_program("aws", R"({"Version":1,"SecretAccessKey":"B","AccessKeyId":")" + std::string(key) +
                                      R"(","Expiration":")" + to_rfc3339(clock.now() + minutes(60)) + "\"}\n");
  };
  const auto count = [&] { return std::ranges::count(runs(), '\n'); };

  print("FIRST");
  const auto credentials = default_credentials(http, clock, log);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(credentials->get().access_key_id, "FIRST");
  EXPECT_EQ(credentials->get().access_key_id, "FIRST");
  EXPECT_EQ(count(), 1);
  clock.advance(minutes(46));
  print("SECOND");
  EXPECT_EQ(credentials->get().access_key_id, "SECOND");
  EXPECT_EQ(count(), 2);
}

TEST_F(ProfilePrograms, AMissingAwsCliIsNamedWithWhatToDo) {
  write_profile("sso_session = corp");
  path_.set(folder_.path().c_str());
  EXPECT_EQ(fault(), "the profile dev in " + (folder_.path() / ".aws/credentials").string() + " and " +
                         (folder_.path() / ".aws/config").string() +
                         " gets its credentials by sso_session, which needs the AWS CLI 2, but there is no program "
                         "`aws`: install it, then sign in with `aws sso login --profile dev` (AWS CLI 2.9 or newer)");
  write_profile("login_session = arn:aws:iam::123456789012:user/ada");
  EXPECT_THAT(fault(), EndsWith("install it, then sign in with `aws login --profile dev` (AWS CLI 2.32 or newer)"));
}

TEST_F(ProfilePrograms, AnAwsCliThatIsTooOldIsNamedAsThat) {
  write_profile("sso_session = corp");
  // The words of version 1.
  write_program("aws", "echo 'aws: error: argument subcommand: Invalid choice, valid choices are:' >&2; exit 252");
  EXPECT_THAT(fault(), HasSubstr("for which the program `aws` is too old: install the AWS CLI 2, then sign in with"));
}

TEST_F(ProfilePrograms, AnExpiredSessionIsToldInTheWordsOfTheAwsCli) {
  write_profile("sso_session = corp");
  write_program("aws", R"(printf '\nUnable to retrieve credentials: Error when retrieving token from sso: ' >&2
printf 'Token has expired and refresh failed\n\n\033[0m' >&2; echo ASIALEAK; exit 255)");
  EXPECT_THAT(fault(),
              AllOf(EndsWith("but `aws configure export-credentials` ended with status 255 (Unable to retrieve "
                             "credentials: Error when retrieving token from sso: Token has expired and refresh "
                             "failed [0m): sign in with `aws sso login --profile dev` (AWS CLI 2.9 or newer)"),
                    Not(HasSubstr("ASIALEAK"))));
}

TEST_F(ProfilePrograms, AnAwsCliThatHangsIsEnded) {
  write_profile("role_arn = arn:aws:iam::1:role/x");
  write_program("aws", "echo 'Enter MFA code:' >&2; sleep 60");
  EXPECT_THAT(fault({.time = milliseconds(1000)}),
              EndsWith("had not ended after 1000 ms (Enter MFA code:): see that `aws sts get-caller-identity --profile "
                       "dev` answers (AWS CLI 2.9 or newer)"));
}

TEST_F(ProfilePrograms, AnAwsCliThatPrintsWithoutEndIsEnded) {
  write_profile("sso_session = corp");
  write_program("aws", "yes top-secret");
  EXPECT_THAT(fault(), AllOf(HasSubstr("printed more than 65536 bytes"), Not(HasSubstr("top-secret"))));
}

TEST_F(ProfilePrograms, GarbageIsNotRepeated) {
  write_profile("sso_session = corp");
  write_printing_program("aws", "{\"SecretAccessKey\": \"top-secret\"}\n");
  EXPECT_THAT(fault(), AllOf(HasSubstr("printed no credentials in JSON of version 1"), Not(HasSubstr("top-secret"))));
}

TEST_F(ProfilePrograms, ACredentialProcessThatFailsIsNamed) {
  write_profile("credential_process = no-such-program");
  EXPECT_THAT(fault(), AllOf(HasSubstr("the credential_process of the profile dev in "),
                             EndsWith("cannot be started (No such file or directory)")));
  write_program("keys", "echo no vault >&2; exit 1");
  write_profile("credential_process = keys");
  EXPECT_THAT(fault(), EndsWith("ended with status 1 (no vault)"));
  write_profile("credential_process = keys 'a");
  EXPECT_THAT(fault(), EndsWith("has a quotation mark without a partner"));
}

}  // namespace
}  // namespace voyages::aws
