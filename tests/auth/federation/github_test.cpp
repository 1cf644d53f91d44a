#include <gmock/gmock.h>

#include "auth/federation/redemption.h"
#include "base/encoding.h"
#include "crypto/token.h"
#include "tests/auth/federation/federation_scenario.h"

namespace voyages::tests {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// The application with a GitHub of its own, which answers as GitHub's documentation has it.
class GithubScenario : public FederationScenario {
 public:
  GithubScenario() {
    add_provider("github", github.url(), auth::federation::Kind::github);
    github.on("/login/oauth/access_token", [this](const auto&) { return token; });
    github.on("/api/v3/user", [this](const auto&) { return JsonAnswer{user}; });
    github.on("/api/v3/user/emails", [this](const auto&) { return emails; });
  }
  std::string sign_in_with_github(const QueryMap& more = {}) {
    EXPECT_EQ(start({}, "github").status, 200);
    QueryMap answer{{"state", asked["state"]}, {"code", "the-code"}};
    answer.insert(more.begin(), more.end());
    return come_back(answer, "github");
  }

  JsonServer github;
  JsonAnswer token{boost::json::object{{"access_token", "gho_16C7e42F292c6912E7710c838347Ae178B4a"},
                                       {"scope", "read:user,user:email"},
                                       {"token_type", "bearer"}}};
  boost::json::object user{{"login", "octocat"}, {"id", 583231}, {"name", "The Octocat"}, {"email", nullptr}};
  JsonAnswer emails{boost::json::array{
      {{"email", "octocat@users.example"}, {"primary", false}, {"verified", true}, {"visibility", nullptr}},
      {{"email", "octocat@example.com"}, {"primary", true}, {"verified", true}, {"visibility", "public"}}}};
};

TEST(Github, SignsInWithThePrimaryAddress) {
  GithubScenario scenario;
  EXPECT_EQ(scenario.sign_in_with_github(), "/account");
  const auto me = scenario.browse(http::Method::get, "/auth/me").body.at("user");
  EXPECT_EQ(me.at("email"), "octocat@example.com");
  EXPECT_EQ(me.at("name"), "The Octocat");
  auto asked = scenario.asked;
  EXPECT_EQ(asked["scope"], "read:user user:email");
  EXPECT_EQ(asked["redirect_uri"], "http://localhost:8080/auth/federation/github/callback");
  EXPECT_EQ(asked.count("nonce"), 0U);

  auto form = scenario.github.received("/login/oauth/access_token").at(0).form();
  EXPECT_EQ(form["client_id"], "our-client");
  EXPECT_EQ(form["client_secret"], "our secret/+");
  EXPECT_EQ(form["code"], "the-code");
  EXPECT_EQ(to_base64url(crypto::sha256(form["code_verifier"])), asked["code_challenge"]);
  const auto request = scenario.github.received("/api/v3/user").at(0);
  EXPECT_EQ(request.field("Authorization"), "Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a");
  EXPECT_EQ(request.field("Accept"), "application/vnd.github+json");
  EXPECT_NE(request.field("User-Agent"), "");
}

TEST(Github, KnowsPeopleByTheirNumber) {
  GithubScenario scenario;
  scenario.sign_in_with_github();
  scenario.user["login"] = "renamed";
  scenario.emails.body = boost::json::array();
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in_with_github(), "/account");
  EXPECT_EQ(scenario.me(), "octocat@example.com");
  scenario.user["id"] = 583232;  // somebody else, who took the name
  EXPECT_THAT(scenario.sign_in_with_github(), HasSubstr("email_unverified_upstream"));
}

TEST(Github, BelievesNoAddressThatIsNotBothPrimaryAndVerified) {
  for (const boost::json::array& emails :
       {boost::json::array{}, boost::json::array{7},
        boost::json::array{{{"email", "a@example.com"}, {"primary", true}, {"verified", false}}},
        boost::json::array{{{"email", "a@example.com"}, {"primary", false}, {"verified", true}}},
        boost::json::array{{{"email", "a@example.com"}, {"primary", "true"}, {"verified", "true"}}},
        boost::json::array{{{"email", "no address"}, {"primary", true}, {"verified", true}}}}) {
    GithubScenario scenario;
    scenario.emails.body = emails;
    EXPECT_THAT(scenario.sign_in_with_github(), StartsWith("/login?error=email_unverified_upstream"));
    EXPECT_EQ(scenario.me(), "");
  }
}

TEST(Github, TellsARefusedCodeThoughItIsAnswered200) {
  GithubScenario scenario;
  scenario.token.body = {{"error", "bad_verification_code"},
                         {"error_description", "The code is incorrect or expired."}};
  EXPECT_THAT(scenario.sign_in_with_github(), StartsWith("/login?error=federation_failed"));
  EXPECT_THAT(scenario.log_text(), HasSubstr("bad_verification_code"));
}

TEST(Github, GivesUpOnAnswersThatAreNotItsOwn) {
  GithubScenario scenario;
  for (const auto& id :
       {boost::json::value("583231"), boost::json::value(nullptr), boost::json::value(-1), boost::json::value(1.5)}) {
    scenario.user["id"] = id;
    EXPECT_THAT(scenario.sign_in_with_github(), StartsWith("/login?error=federation_failed"));
  }
  scenario.user["id"] = 583231;
  scenario.emails = {boost::json::object{{"message", "Not Found"}}, 404};
  EXPECT_THAT(scenario.sign_in_with_github(), StartsWith("/login?error=federation_failed"));
  scenario.token.body = boost::json::object{{"access_token", "a\r\nX-Evil: 1"}, {"token_type", "bearer"}};
  EXPECT_THAT(scenario.sign_in_with_github(), StartsWith("/login?error=federation_failed"));
  EXPECT_EQ(scenario.me(), "");
}

TEST(Github, ChecksTheIssuerThatItsAnswersName) {
  GithubScenario scenario;
  EXPECT_EQ(scenario.sign_in_with_github({{"iss", scenario.github.url() + "/login/oauth"}}), "/account");
  EXPECT_THAT(scenario.sign_in_with_github({{"iss", "https://github.com/login/oauth"}}),
              StartsWith("/login?error=federation_failed"));
  EXPECT_THAT(scenario.log_text(), HasSubstr("the answer names another issuer"));
}

TEST(Github, HasItsApiOnAHostOfItsOwn) {
  const auto at_home =
      auth::federation::github_endpoints({.id = "github", .name = "", .issuer = "https://github.com", .client_id = ""});
  EXPECT_EQ(at_home.user.url, "https://api.github.com/user");
  EXPECT_EQ(at_home.issuer, "https://github.com/login/oauth");
  const auto own = auth::federation::github_endpoints(
      {.id = "work", .name = "", .issuer = "https://git.example.com/", .client_id = ""});
  EXPECT_EQ(own.authorization.url, "https://git.example.com/login/oauth/authorize");
  EXPECT_EQ(own.emails.url, "https://git.example.com/api/v3/user/emails?per_page=100");
}

}  // namespace
}  // namespace voyages::tests
