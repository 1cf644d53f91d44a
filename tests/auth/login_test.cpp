#include "auth/login.h"

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

TEST(Login, AnswersTokensAndTheUser) {
  Scenario scenario;
  scenario.register_user("Ada@Example.com");
  const auto answer = scenario.login("ada@example.COM");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("token_type"), "Bearer");
  EXPECT_EQ(answer.body.at("expires_in").as_int64(), 900);
  EXPECT_EQ(answer.body.at("user").at("email").as_string(), "ada@example.com");
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(scenario.get("/auth/me", answer.text("access_token")).status, 200);
}

TEST(Login, GivesAWrongPasswordAndAnUnknownAddressTheSameAnswer) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  auto wrong = scenario.login("ada@example.com", "not my password").body.as_object();
  auto unknown = scenario.login("bob@example.com", "not my password").body.as_object();
  wrong.erase("request_id");
  unknown.erase("request_id");
  EXPECT_EQ(wrong, unknown);
  EXPECT_EQ(wrong.at("status"), 401);
  EXPECT_EQ(wrong.at("code"), "invalid_credentials");
}

TEST(Login, RefusesALockedAccountEvenWithTheRightPassword) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  for (int i = 0; i < 5; ++i) {
    const auto refused = scenario.login("ada@example.com", "not my password");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.headers.get("WWW-Authenticate"), R"(Bearer realm="voyages")");
  }
  const auto locked = scenario.login("ada@example.com");
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.code(), "too_many_attempts");
  EXPECT_EQ(locked.headers.get("Retry-After"), "1");
  scenario.clock().advance(1s);
  EXPECT_EQ(scenario.login("ada@example.com").status, 200);
}

TEST(Login, DoublesTheDelayUpToAQuarterOfAnHour) {
  Scenario scenario;
  for (int i = 0; i < 4; ++i) scenario.login("ada@example.com", "not my password");
  for (const auto delay : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 900s, 900s}) {
    EXPECT_EQ(scenario.login("ada@example.com", "not my password").status, 401);
    const auto locked = scenario.login("ada@example.com", "not my password");
    EXPECT_EQ(locked.headers.get("Retry-After"), std::to_string(delay.count()));
    scenario.clock().advance(delay);
    // The network's own count must not be what locks here.
    scenario.client_ip = "198.51.100." + std::to_string(delay.count() % 250);
  }
}

TEST(Login, LocksAnAddressThatNobodyHasJustTheSame) {
  Scenario scenario;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(scenario.login("nobody@example.com", "not my password").status, 401);
  EXPECT_EQ(scenario.login("nobody@example.com").status, 429);
}

TEST(Login, LetsTheOwnerInFromAKnownDeviceWhileAStrangerLocksTheAddress) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  ASSERT_EQ(scenario.login("ada@example.com").status, 200);
  scenario.client_ip = "198.51.100.66";
  for (int i = 0; i < 8; ++i) scenario.login("ada@example.com", "not my password");
  EXPECT_EQ(scenario.login("ada@example.com").status, 429);
  scenario.client_ip = "203.0.113.7";
  EXPECT_EQ(scenario.login("ada@example.com").status, 200);
}

TEST(Login, SlowsDownOneNetworkThatTriesManyAddresses) {
  Scenario scenario;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(scenario.login("user" + std::to_string(i) + "@example.com", "not my password").status, 401);
  }
  EXPECT_EQ(scenario.login("another@example.com").status, 429);
  scenario.client_ip = "198.51.100.66";
  EXPECT_EQ(scenario.login("another@example.com").status, 401);
}

TEST(Login, CountsAnIpv6SubscriberAsOne) {
  EXPECT_EQ(auth::client_network("2001:db8:1:2:3::1"), auth::client_network("2001:db8:1:2:ffff::9"));
  EXPECT_NE(auth::client_network("2001:db8:1:2::1"), auth::client_network("2001:db8:1:3::1"));
  EXPECT_EQ(auth::client_network("203.0.113.7"), "203.0.113.7");
}

TEST(Login, HashesAgainWhenTheCostHasRisen) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  const auto email = Email::parse("ada@example.com").value();
  auto user = auth::find_user_by_email(scenario.table(), email).value();
  crypto::PasswordHasher cheaper({8, 1}, 1);
  user.password_hash = cheaper.hash(Secret(Scenario::password));
  const store::Write write = store::Put{auth::to_item(user)};
  ASSERT_TRUE(scenario.table().write({&write, 1}));
  EXPECT_EQ(scenario.login("ada@example.com").status, 200);
  const auto after = auth::find_user_by_email(scenario.table(), email).value();
  EXPECT_NE(after.password_hash, user.password_hash);
  EXPECT_EQ(after.password_hash.rfind("$argon2id$v=19$m=64,t=1,p=1$", 0), 0U);
  EXPECT_EQ(scenario.login("ada@example.com").status, 200);
}

TEST(Login, TellsTheOwnerOfASignInFromANewPlace) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  scenario.login("ada@example.com");
  scenario.clock().advance(48h);
  scenario.login("ada@example.com");
  EXPECT_TRUE(scenario.mails("ada@example.com", "new_sign_in").empty());
  scenario.client_ip = "198.51.100.66";
  scenario.login("ada@example.com");
  scenario.login("ada@example.com");
  const auto mails = scenario.mails("ada@example.com", "new_sign_in");
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_NE(mails[0].text.find("198.51.100.66"), std::string::npos);
}

TEST(Login, PutsNeitherPasswordNorTokenIntoTheLog) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  const auto answer = scenario.login("ada@example.com");
  scenario.login("ada@example.com", "not my password");
  const auto log = scenario.log_text();
  EXPECT_NE(log.find("\"route\":\"/auth/login\""), std::string::npos);
  for (const auto& secret : {std::string(Scenario::password), std::string("not my password"),
                             answer.text("access_token"), answer.text("refresh_token")}) {
    EXPECT_EQ(log.find(secret), std::string::npos);
  }
}

TEST(Login, ForgetsANetworksFailuresAnHourAfterTheFirst) {
  Scenario scenario;
  int next = 0;
  const auto guess = [&] {
    return scenario.login("user" + std::to_string(next++) + "@example.com", "not my password").status;
  };
  for (int i = 0; i < 20; ++i) EXPECT_EQ(guess(), 401);
  EXPECT_EQ(guess(), 429);
  scenario.clock().advance(59min);
  EXPECT_EQ(guess(), 401);
  EXPECT_EQ(guess(), 429);
  scenario.clock().advance(61s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(guess(), 401);
  EXPECT_EQ(guess(), 429);
}

TEST(Login, LetsAKnownDeviceInThoughItsNetworkIsLocked) {
  Scenario scenario;
  scenario.sign_up("ada@example.com");
  for (int i = 0; i < 25; ++i) scenario.login("user" + std::to_string(i) + "@example.com", "not my password");
  EXPECT_EQ(scenario.login("bob@example.com").status, 429);
  EXPECT_EQ(scenario.login("ada@example.com").status, 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(scenario.login("ada@example.com", "not my password").status, 401);
  EXPECT_EQ(scenario.login("ada@example.com").status, 429);
}

TEST(Login, CountsAnIpv4AddressInIpv6AsItself) {
  EXPECT_EQ(auth::client_network("::ffff:203.0.113.7"), "203.0.113.7");
  EXPECT_NE(auth::client_network("::ffff:203.0.113.7"), auth::client_network("::ffff:203.0.113.8"));
}

}  // namespace
}  // namespace voyages::tests
