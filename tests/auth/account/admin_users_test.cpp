#include "auth/account/admin_users.h"

#include <gmock/gmock.h>

#include "auth/account/me.h"
#include "base/unavailable.h"
#include "base/uuid.h"
#include "tests/auth/scenario.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

using testing::ElementsAre;

std::string id_of(const Answer& session) { return std::string(session.body.at("user").at("id").as_string()); }

// An administrator, made and promoted by the owner.
Answer admin(Scenario& scenario, std::string_view owner_token) {
  const auto session = scenario.sign_up("admin@example.com");
  EXPECT_EQ(scenario.patch("/admin/users/" + id_of(session), {{"roles", {"admin"}}}, owner_token).status, 200);
  return session;
}

TEST(AdminUsers, AreForAdministrators) {
  Scenario scenario;
  const auto user = scenario.sign_up(ada);
  const auto path = "/admin/users/" + id_of(user);
  const auto token = user.text("access_token");
  for (const auto& answer : {scenario.get("/admin/users", token), scenario.get(path, token),
                             scenario.patch(path, {{"roles", {"owner"}}}, token), scenario.del(path, token),
                             scenario.post(path + "/end-sessions", {}, token),
                             scenario.post("/admin/invites", {{"email", "bob@example.com"}}, token)}) {
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "forbidden");
  }
  EXPECT_EQ(scenario.get("/admin/users").status, 401);
  EXPECT_TRUE(scenario.mails("bob@example.com", "invite").empty());
}

TEST(AdminUsers, AreListedPageByPageInTheOrderOfRegistration) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  for (int i = 0; i < 4; ++i) scenario.register_user("user" + std::to_string(i) + "@example.com");
  std::vector<std::string> emails;
  std::string target = "/admin/users?limit=2";
  for (int page = 0; page < 3; ++page) {
    const auto answer = scenario.get(target, owner);
    ASSERT_EQ(answer.status, 200);
    for (const auto& user : answer.body.at("items").as_array()) {
      emails.emplace_back(user.at("email").as_string());
      EXPECT_FALSE(user.as_object().contains("password_hash"));
    }
    const auto* cursor = answer.body.as_object().if_contains("next_cursor");
    if (!cursor) break;
    target = "/admin/users?limit=2&cursor=" + std::string(cursor->as_string());
  }
  EXPECT_THAT(emails, ElementsAre("owner@example.com", "user0@example.com", "user1@example.com", "user2@example.com",
                                  "user3@example.com"));
}

TEST(AdminUsers, RefuseAForeignCursorAndALimitOutOfRange) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto foreign = scenario.get("/admin/users?cursor=nonsense", owner);
  EXPECT_EQ(foreign.status, 422);
  EXPECT_THAT(foreign.faults(), ElementsAre("cursor:invalid_cursor"));
  EXPECT_THAT(scenario.get("/admin/users?limit=0", owner).faults(), ElementsAre("limit:out_of_range"));
  EXPECT_THAT(scenario.get("/admin/users?limit=201", owner).faults(), ElementsAre("limit:out_of_range"));
  EXPECT_THAT(scenario.get("/admin/users?limit=two", owner).faults(), ElementsAre("limit:wrong_type"));
}

TEST(AdminUsers, AreNotThereUnderAnUnknownId) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto path = "/admin/users/" + new_uuid7(scenario.clock().now());
  for (const auto& answer : {scenario.get(path, owner), scenario.patch(path, {{"disabled", true}}, owner),
                             scenario.del(path, owner), scenario.post(path + "/end-sessions", {}, owner)}) {
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.code(), "user_not_found");
  }
}

TEST(AdminUsers, KeepAnAdministratorAwayFromOwners) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto owner_path =
      "/admin/users/" + std::string(scenario.get("/auth/me", owner).body.at("user").at("id").as_string());
  const auto session = admin(scenario, owner);
  const auto token = session.text("access_token");
  for (const auto& answer : {scenario.patch(owner_path, {{"disabled", true}}, token), scenario.del(owner_path, token),
                             scenario.patch(owner_path, {{"roles", boost::json::array()}}, token),
                             scenario.post(owner_path + "/end-sessions", {}, token),
                             scenario.patch("/admin/users/" + id_of(session), {{"roles", {"owner"}}}, token),
                             scenario.post("/admin/invites", {{"email", ada}, {"roles", {"owner"}}}, token)}) {
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "owner_protected");
  }
  EXPECT_EQ(scenario.get("/auth/me", owner).status, 200);
  EXPECT_TRUE(scenario.mails(ada, "invite").empty());
}

TEST(AdminUsers, RiseAndFallAtOnceEvenWithAnOldToken) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const auto path = "/admin/users/" + id_of(session);
  const auto token = session.text("access_token");
  EXPECT_EQ(scenario.get("/admin/users", token).status, 403);
  EXPECT_EQ(scenario.patch(path, {{"roles", {"admin", "admin"}}}, owner).body.at("user").at("roles"),
            (boost::json::array{"admin"}));
  EXPECT_EQ(scenario.get("/admin/users", token).status, 200);
  scenario.patch(path, {{"roles", boost::json::array()}}, owner);
  EXPECT_EQ(scenario.get("/admin/users", token).status, 403);
  EXPECT_EQ(scenario.get("/auth/me", token).status, 200);
}

TEST(AdminUsers, LoseTheirSessionsWhenDisabledAndComeBackWhenEnabled) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const auto path = "/admin/users/" + id_of(session);
  EXPECT_TRUE(scenario.patch(path, {{"disabled", true}}, owner).body.at("user").at("disabled").as_bool());
  EXPECT_EQ(scenario.get("/auth/me", session.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.login(ada).code(), "account_disabled");
  EXPECT_EQ(scenario.login(ada, "not my password").code(), "invalid_credentials");
  EXPECT_FALSE(scenario.patch(path, {{"disabled", false}}, owner).body.at("user").at("disabled").as_bool());
  EXPECT_EQ(scenario.login(ada).status, 200);
}

TEST(AdminUsers, AreSignedOutEverywhere) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto first = scenario.sign_up(ada);
  const auto second = scenario.login(ada);
  EXPECT_EQ(scenario.post("/admin/users/" + id_of(first) + "/end-sessions", {}, owner).status, 204);
  EXPECT_EQ(scenario.get("/auth/me", first.text("access_token")).status, 401);
  EXPECT_EQ(scenario.refresh(second.text("refresh_token")).status, 401);
  EXPECT_EQ(scenario.get("/auth/me", owner).status, 200);
}

TEST(AdminUsers, AreDeletedWithTheirSessions) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto session = scenario.sign_up(ada);
  const auto path = "/admin/users/" + id_of(session);
  EXPECT_EQ(scenario.del(path, owner).status, 204);
  EXPECT_EQ(scenario.get(path, owner).status, 404);
  EXPECT_EQ(scenario.get("/auth/me", session.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.login(ada).status, 401);
  EXPECT_EQ(scenario.register_user(ada).status, 201);
}

TEST(AdminUsers, HaveRolesThatAreNamesAndNothingElse) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto path = "/admin/users/" + id_of(scenario.sign_up(ada));
  const auto answer = scenario.patch(
      path, {{"roles", boost::json::array{"editor", "", "Admin", "a,b", std::string(41, 'x'), 7}}}, owner);
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.faults(), ElementsAre("roles[1]:invalid_role", "roles[2]:invalid_role", "roles[3]:invalid_role",
                                           "roles[4]:invalid_role", "roles[5]:wrong_type"));
  EXPECT_EQ(scenario.get(path, owner).body.at("user").at("roles"), boost::json::array());
}

TEST(AdminUsers, AreNamedByThePathAlone) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto mine = id_of(scenario.sign_up(ada));
  const auto theirs = id_of(scenario.sign_up("bob@example.com"));
  const auto answer = scenario.patch("/admin/users/" + mine, {{"id", theirs}, {"disabled", true}}, owner);
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.faults(), ElementsAre("id:unknown_field"));
}

TEST(AdminUsers, AreInvitedByMailUnlessTheyAreHere) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  scenario.register_user("bob@example.com");
  EXPECT_EQ(scenario.post("/admin/invites", {{"email", "Bob@example.com"}}, owner).code(), "email_taken");
  EXPECT_EQ(scenario.post("/admin/invites", {{"email", ada}}, owner).status, 202);
  EXPECT_EQ(scenario.mails(ada, "invite").size(), 1U);
  EXPECT_EQ(scenario.log_text().find(scenario.link_token(ada, "invite")), std::string::npos);
}

/// A table whose engine fails after one write.
class TableThatFails final : public ForwardingTable {
 public:
  explicit TableThatFails(store::Table& table) : ForwardingTable(table) {}
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write> writes) override {
    if (written_) throw Unavailable("the disk is gone");
    written_ = true;
    return table_.write(writes);
  }

 private:
  bool written_ = false;
};

TEST(AdminUsers, ChangesRolesAndTheSessionsThatRememberThemTogether) {
  Scenario scenario;
  scenario.register_user("ada@example.com");
  auto user = auth::find_user_by_email(scenario.table(), Email::parse("ada@example.com").value()).value();
  user = auth::set_user(scenario.app().get<auth::Auth>(), user, std::vector<std::string>{"admin"}, {},
                        scenario.clock().now())
             .value();
  const auto session = scenario.login("ada@example.com");
  TableThatFails table(scenario.table());
  const auto& real = scenario.app().get<auth::Auth>();
  auth::Auth failing{table,           real.queue,    real.outbox, real.passwords, real.keys, real.access_tokens,
                     real.master_key, real.outgoing, real.log,    real.options};
  try {
    (void)auth::set_user(failing, user, std::vector<std::string>{}, {}, scenario.clock().now());
  } catch (const Unavailable&) {
    SUCCEED();
  }
  ASSERT_TRUE(auth::find_user(scenario.table(), user.id)->roles.empty());
  const auto fresh = scenario.refresh(session.text("refresh_token")).text("access_token");
  EXPECT_TRUE(
      scenario.app().get<auth::Auth>().access_tokens.check(fresh, scenario.clock().now()).value()->roles.empty());
}

TEST(AdminUsers, RefuseAChangeOfWhatAnotherChangedInTheSameMillisecond) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto read = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
  auto& auth = scenario.app().get<auth::Auth>();
  const auto now = scenario.clock().now();
  const auto changed = auth::set_user(auth, read, std::vector<std::string>{"editor"}, {}, now);
  ASSERT_TRUE(changed);
  const auto refused = auth::set_user(auth, read, std::vector<std::string>{"mailer"}, {}, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "conflict");
  EXPECT_THAT(auth::find_user(scenario.table(), read.id)->roles, ElementsAre("editor"));
  EXPECT_TRUE(auth::set_user(auth, *changed, std::vector<std::string>{"mailer"}, {}, now));
  EXPECT_THAT(auth::find_user(scenario.table(), read.id)->roles, ElementsAre("mailer"));
}

TEST(AdminUsers, StayGoneWhenChangedAsTheyAreDeleted) {
  Scenario scenario;
  scenario.register_user(ada);
  const auto read = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
  auto& auth = scenario.app().get<auth::Auth>();
  (void)auth::delete_user(auth, read, scenario.clock().now());
  EXPECT_FALSE(auth::set_user(auth, read, std::vector<std::string>{"editor"}, {}, scenario.clock().now()));
  EXPECT_FALSE(auth::find_user(scenario.table(), read.id));
}

TEST(AdminUsers, RefusesMoreRolesThanAUserCanHave) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto id = std::string(scenario.sign_up("ada@example.com").body.at("user").at("id").as_string());
  boost::json::array roles;
  for (int i = 0; i < 33; ++i) roles.emplace_back("r" + std::to_string(i));
  EXPECT_THAT(scenario.patch("/admin/users/" + id, {{"roles", roles}}, owner).faults(),
              ElementsAre("roles:too_many_roles"));
  EXPECT_THAT(scenario.post("/admin/invites", {{"email", "bob@example.com"}, {"roles", roles}}, owner).faults(),
              ElementsAre("roles:too_many_roles"));
  roles.pop_back();
  EXPECT_EQ(scenario.patch("/admin/users/" + id, {{"roles", roles}}, owner).status, 200);
}

}  // namespace
}  // namespace voyages::tests
