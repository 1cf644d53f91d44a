#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// The answer without what differs from one request to the next.
boost::json::value without_request_id(Answer answer) {
  answer.body.as_object().erase("request_id");
  return answer.body;
}

std::string invite(Scenario& scenario, std::string_view email, const boost::json::array& roles = {}) {
  const auto owner = scenario.owner_token();
  EXPECT_EQ(scenario.post("/admin/invites", {{"email", email}, {"roles", roles}}, owner).status, 202);
  return scenario.link_token(email, "invite");
}

Answer accept(Scenario& scenario, std::string_view email, std::string_view invite_token) {
  return scenario.post("/auth/register",
                       {{"email", email}, {"password", Scenario::password}, {"invite_token", invite_token}});
}

TEST(Register, MakesAnAccountAndMailsALinkToConfirmTheAddress) {
  Scenario scenario;
  const auto answer =
      scenario.post("/auth/register", {{"email", ada}, {"password", Scenario::password}, {"name", "Ada Lovelace"}});
  ASSERT_EQ(answer.status, 201);
  const auto& user = answer.body.at("user").as_object();
  EXPECT_EQ(user.at("email").as_string(), ada);
  EXPECT_EQ(user.at("name"), "Ada Lovelace");
  EXPECT_EQ(user.at("roles"), boost::json::array());
  EXPECT_FALSE(user.at("email_verified").as_bool());
  EXPECT_FALSE(user.contains("password_hash"));
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email"));
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(Register, RefusesATakenAddressAndLeavesItsAccountAlone) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto answer = scenario.register_user("ADA@example.com", "another long password");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "email_taken");
  EXPECT_EQ(scenario.login(ada).status, 200);
  EXPECT_EQ(scenario.login(ada, "another long password").status, 401);
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email"));
}

TEST(Register, SaysTheSameOfATakenAddressWhereAddressesMustBeVerified) {
  Scenario scenario(Scenario::config_with_verification());
  const auto fresh = scenario.register_user(ada);
  const auto taken = scenario.register_user(ada, "another long password");
  EXPECT_EQ(fresh.status, 202);
  EXPECT_EQ(taken.status, 202);
  EXPECT_EQ(without_request_id(fresh), without_request_id(taken));
  std::vector<std::string> fresh_fields;
  std::vector<std::string> taken_fields;
  for (const auto& field : fresh.headers) fresh_fields.push_back(field.name);
  for (const auto& field : taken.headers) taken_fields.push_back(field.name);
  EXPECT_EQ(fresh_fields, taken_fields);
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email", "account_exists"));
}

TEST(Register, FillsNobodysMailboxWithWarnings) {
  Scenario scenario(Scenario::config_with_verification());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(scenario.register_user(ada).status, 202);
  EXPECT_EQ(scenario.mails(ada, "account_exists").size(), 1U);
  scenario.clock().advance(1min);
  scenario.register_user(ada);
  EXPECT_EQ(scenario.mails(ada, "account_exists").size(), 2U);
}

TEST(Register, LetsNobodyInBeforeTheAddressIsVerifiedWhereItMustBe) {
  Scenario scenario(Scenario::config_with_verification());
  scenario.register_user(ada);
  const auto early = scenario.login(ada);
  EXPECT_EQ(early.status, 403);
  EXPECT_EQ(early.code(), "email_not_verified");
  const auto token = scenario.link_token(ada, "verify_email");
  EXPECT_EQ(scenario.post("/auth/verify-email", {{"token", token}}).status, 204);
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(Register, NamesEveryBadFieldAtOnce) {
  Scenario scenario;
  const auto answer = scenario.post(
      "/auth/register", {{"email", "not an address"}, {"password", "short"}, {"name", ""}, {"is_admin", true}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "invalid_input");
  EXPECT_THAT(answer.faults(), UnorderedElementsAre("email:invalid_email", "password:too_short", "name:empty",
                                                    "is_admin:unknown_field"));
  const auto nothing = scenario.post("/auth/register", {});
  EXPECT_THAT(nothing.faults(), UnorderedElementsAre("email:required", "password:required"));
  EXPECT_THAT(scenario.templates_to("not an address"), IsEmpty());
}

TEST(Register, RefusesFieldsThatAUserMustNotChoose) {
  Scenario scenario;
  for (const auto* field : {"roles", "id", "email_verified", "password_hash"}) {
    const auto answer = scenario.post("/auth/register", {{"email", ada}, {"password", Scenario::password}, {field, 1}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.faults(), ElementsAre(std::string(field) + ":unknown_field"));
  }
  EXPECT_EQ(scenario.login(ada).status, 401);
}

TEST(Register, KeepsTheRulesForPasswords) {
  struct Case {
    std::string password;
    std::string fault;  // empty: accepted
  };
  const std::string emoji = "\xF0\x9F\x98\x80";
  std::string eight_emoji;
  for (int i = 0; i < 8; ++i) eight_emoji += emoji.substr(0, 3) + static_cast<char>(0x80 + i);
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += static_cast<char>('a' + i % 26) + std::to_string(100 + i);
  const Case cases[] = {
      {"seven77", "too_short"},
      {"password123", "too_common"},
      {"PassWord123", "too_common"},
      {std::string(257, 'x'), "too_long"},
      {std::string(2000, 'x'), "too_long"},
      {"ada0@example.com", "password_is_email"},
      {"ADA0@EXAMPLE.COM", "password_is_email"},
      {eight_emoji.substr(4), "too_short"},
      {eight_emoji, ""},
      {longest, ""},
      {std::string(256, 'x'), "too_simple"},
      {"321fedcba", "too_simple"},
      {"tulip8tulip8", "too_simple"},
      {" leading and trailing ", ""},
  };
  Scenario scenario;
  int number = 0;
  for (const auto& [password, fault] : cases) {
    const std::string email =
        fault == "password_is_email" ? "ada0@example.com" : "user" + std::to_string(number++) + "@example.com";
    const auto answer = scenario.register_user(email, password);
    if (fault.empty()) {
      EXPECT_EQ(answer.status, 201) << password;
      EXPECT_EQ(scenario.login(email, password).status, 200) << password;
    } else {
      EXPECT_EQ(answer.status, 422) << password;
      EXPECT_THAT(answer.faults(), ElementsAre("password:" + fault)) << password;
    }
  }
}

TEST(Register, TakesTheLocalPartForNoPasswordEither) {
  Scenario scenario;
  EXPECT_THAT(scenario.register_user("ada.lovelace@example.com", "Ada.Lovelace").faults(),
              ElementsAre("password:password_is_email"));
}

TEST(Register, RefusesAPasswordMadeOfTheNamesOfThePersonAndTheSite) {
  auto config = Scenario::test_config();
  config.product_name = "Tulip Bazaar";
  config.public_url = "https://konto.blumenhaus.example:8443";
  Scenario scenario(config);
  const auto faults = [&](std::string_view password) {
    const auto answer = scenario.post(
        "/auth/register", {{"email", "g.murray@navy.example"}, {"password", password}, {"name", "Grace Hopper"}});
    EXPECT_EQ(answer.status, 422) << password;
    return answer.faults();
  };
  for (const std::string_view password :
       {"hopper1906", "GraceHopper!", "murray.navy7", "TulipBazaar1", "bazaar-2026", "blumenhaus99", "Konto12345"})
    EXPECT_THAT(faults(password), ElementsAre("password:password_is_name")) << password;
  const auto taken = scenario.post(
      "/auth/register",
      {{"email", "g.murray@navy.example"}, {"password", "grace and a long nanosecond"}, {"name", "Grace Hopper"}});
  EXPECT_EQ(taken.status, 201);
}

TEST(Register, RefusesANameThatHidesOrDeceives) {
  Scenario scenario;
  for (const std::string_view name : {"Gr\u0430ce", "Grace\u202E", "Gr\u200Bace", "\u3164\u3164"}) {
    const auto answer =
        scenario.post("/auth/register", {{"email", ada}, {"password", Scenario::password}, {"name", name}});
    EXPECT_EQ(answer.status, 422) << name;
    EXPECT_THAT(answer.faults(), ElementsAre("name:deceptive_name")) << name;
  }
  EXPECT_EQ(scenario.login(ada).status, 401);
}

TEST(Register, RefusesAnAddressWhoseMailWouldGoElsewhere) {
  Scenario scenario;
  for (const std::string_view email :
       {"eve@pay.example\rother.example", "eve@pay_roll.example", "eve@[::1]", "eve@192.0.2.1", "e\u202Eve@pay.example",
        "\u0435ve@pay.example", "\"eve\"@pay.example"}) {
    EXPECT_THAT(scenario.register_user(email).faults(), ElementsAre("email:invalid_email")) << email;
  }
  scenario.run_queue();
  EXPECT_THAT(scenario.templates_to("eve@payother.example"), IsEmpty());
}

TEST(Register, KnowsAPasswordTypedOnAKeyboardThatDecomposes) {
  Scenario scenario;
  scenario.register_user(ada, "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e");
  EXPECT_EQ(scenario.login(ada, "cafe\u0301 cre\u0300me bru\u0302le\u0301e").status, 200);
  EXPECT_EQ(scenario.login(ada, "cafe creme brulee").status, 401);
}

TEST(Register, TakesAllSpellingsOfOneMailboxForOne) {
  struct Case {
    std::string first;
    std::string second;
  };
  const Case cases[] = {
      {"Ada@Example.COM", " ada@example.com\t"},
      {"bob@b\u00fccher.example", "bob@xn--bcher-kva.example"},
      {"eve@B\u00dcCHER.example", "eve@bu\u0308cher.example"},
      {"jos\u00e9@example.com", "jose\u0301@example.com"},
  };
  Scenario scenario;
  for (const auto& [first, second] : cases) {
    EXPECT_EQ(scenario.register_user(first).status, 201) << first;
    EXPECT_EQ(scenario.register_user(second).status, 409) << second;
    EXPECT_EQ(scenario.login(second).status, 200) << second;
  }
}

TEST(Register, IsForTheInvitedWhereItIsByInvitation) {
  Scenario scenario(Scenario::config_with(auth::Registration::invite));
  const auto uninvited = scenario.register_user(ada);
  EXPECT_EQ(uninvited.status, 403);
  EXPECT_EQ(uninvited.code(), "invalid_invite");
  const auto token = invite(scenario, ada, {"editor", "admin"});
  ASSERT_FALSE(token.empty());
  const auto answer = accept(scenario, "Ada@example.com", token);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body.at("user").at("roles"), (boost::json::array{"editor", "admin"}));
  EXPECT_TRUE(answer.body.at("user").at("email_verified").as_bool());
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("invite", "welcome"));
}

TEST(Register, BindsAnInvitationToItsAddress) {
  Scenario scenario(Scenario::config_with(auth::Registration::invite));
  const auto token = invite(scenario, ada);
  EXPECT_EQ(accept(scenario, "bob@example.com", token).code(), "invalid_invite");
  EXPECT_EQ(accept(scenario, ada, token).status, 201);
}

TEST(Register, TakesAnInvitationOnce) {
  Scenario scenario(Scenario::config_with(auth::Registration::invite));
  const auto token = invite(scenario, ada);
  const auto made = accept(scenario, ada, token);
  ASSERT_EQ(made.status, 201);
  const auto session = scenario.login(ada).text("access_token");
  EXPECT_EQ(scenario.del("/auth/me", session).status, 204);
  EXPECT_EQ(accept(scenario, ada, token).code(), "invalid_invite");
}

TEST(Register, RefusesAnExpiredInvitationAndOneWithAnotherSecret) {
  Scenario scenario(Scenario::config_with(auth::Registration::invite));
  const auto token = invite(scenario, ada);
  auto forged = token;
  forged[40] = forged[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(accept(scenario, ada, forged).code(), "invalid_invite");
  EXPECT_EQ(accept(scenario, ada, "nonsense").code(), "invalid_invite");
  scenario.clock().advance(24h * 7);
  EXPECT_EQ(accept(scenario, ada, token).code(), "invalid_invite");
}

TEST(Register, IsClosedWhereItIsClosed) {
  Scenario scenario(Scenario::config_with(auth::Registration::closed));
  const auto answer = scenario.register_user(ada);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "registration_closed");
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_THAT(scenario.templates_to(ada), IsEmpty());
}

TEST(Register, MakesOneAccountOfManyRequestsAtOnce) {
  Scenario scenario;
  std::vector<int> statuses(16);
  {
    std::vector<std::jthread> threads;
    for (auto& status : statuses) {
      threads.emplace_back([&] { status = scenario.register_user(ada).status; });
    }
  }
  EXPECT_EQ(std::ranges::count(statuses, 201), 1);
  EXPECT_EQ(std::ranges::count(statuses, 409), 15);
  EXPECT_EQ(scenario.get("/admin/users", scenario.owner_token()).body.at("items").as_array().size(), 2U);
  EXPECT_THAT(scenario.templates_to(ada), ElementsAre("verify_email"));
}

TEST(Register, PutsNoSecretIntoTheLog) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto token = scenario.link_token(ada, "verify_email");
  const auto log = scenario.log_text();
  EXPECT_EQ(log.find(Scenario::password), std::string::npos);
  EXPECT_EQ(log.find(token), std::string::npos);
  EXPECT_EQ(log.find(ada), std::string::npos);
}

}  // namespace
}  // namespace voyages::tests
