#include "auth/federation/identity.h"

#include <gmock/gmock.h>

#include <functional>

#include "auth/account/me.h"
#include "tests/auth/federation/federation_scenario.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

boost::json::array identities(FederationScenario& scenario) {
  return scenario.browse(http::Method::get, "/auth/identities").body.at("items").as_array();
}
Answer unlink(FederationScenario& scenario, const boost::json::value& identity) {
  return scenario.browse(http::Method::del, "/auth/identities/" + std::string(identity.at("id").as_string()));
}
// One more identity of the signed-in account.
void link_another(FederationScenario& scenario, std::string_view subject) {
  scenario.upstream.claims["sub"] = subject;
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account");
}

std::size_t identities_of_user(FederationScenario& scenario, std::string_view email) {
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse(email).value()).value();
  return auth::federation::identities_of(scenario.app().get<auth::Auth>(), user.id).size();
}

TEST(Identities, AreListedWithWhereTheyAreFrom) {
  FederationScenario scenario;
  scenario.sign_in();
  link_another(scenario, "ada-at-work");
  const auto list = identities(scenario);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_THAT(std::string(list[0].at("id").as_string()), StartsWith("acme."));
  EXPECT_EQ(list[0].at("provider_id"), "acme");
  EXPECT_EQ(list[0].at("provider_name"), "Acme");
  EXPECT_EQ(list[0].at("email").as_string(), ada);
  EXPECT_EQ(list[0].at("name"), "Ada");
  EXPECT_EQ(list[0].at("linked_at").as_string(), to_rfc3339(scenario.clock().now()));
}

TEST(Identities, AreOnesOwn) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto of_ada = identities(scenario).at(0);
  scenario.make_account("eve@example.com", true);
  scenario.sign_in_with_password("eve@example.com");
  EXPECT_THAT(identities(scenario), IsEmpty());
  EXPECT_EQ(unlink(scenario, of_ada).code(), "identity_not_found");
  for (const auto* id : {"acme", "acme.0", "x.y.z", ".", "ACME.00"}) {
    EXPECT_EQ(scenario.browse(http::Method::del, std::string("/auth/identities/") + id).status, 422) << id;
  }
  scenario.cookies.clear();
  EXPECT_EQ(scenario.browse(http::Method::get, "/auth/identities").status, 401);
}

TEST(Identities, CanBeTakenAwayWhileThereIsAPassword) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in();
  EXPECT_EQ(unlink(scenario, identities(scenario).at(0)).status, 204);
  EXPECT_THAT(identities(scenario), IsEmpty());
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_THAT(key + rest, Not(HasSubstr("IDENTITY#")));
}

TEST(Identities, OnceTakenAwayComeBackOnlyWhenTheirOwnerLinksThem) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in();
  ASSERT_EQ(unlink(scenario, identities(scenario).at(0)).status, 204);
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in(), "/login?error=account_exists&return_to=%2Faccount");
  EXPECT_EQ(scenario.me(), "");
  scenario.sign_in_with_password(ada);
  EXPECT_THAT(identities(scenario), IsEmpty());
  EXPECT_EQ(scenario.sign_in({{"link", true}}), "/account");
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), ada);
  EXPECT_EQ(scenario.mails(ada, "identity_linked").size(), 2U);
}

TEST(Identities, TakenAwayFromOneAccountAreFreeForAnother) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in();
  ASSERT_EQ(unlink(scenario, identities(scenario).at(0)).status, 204);
  scenario.cookies.clear();
  scenario.make_account("ada@example.org", true);
  scenario.upstream.claims["email"] = "ada@example.org";
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_EQ(scenario.me(), "ada@example.org");
}

TEST(Identities, TheLastWayToSignInStays) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto only = identities(scenario).at(0);
  EXPECT_EQ(unlink(scenario, only).status, 409);
  EXPECT_EQ(unlink(scenario, only).code(), "last_sign_in_method");
  link_another(scenario, "ada-at-work");
  EXPECT_EQ(unlink(scenario, only).status, 204);
  EXPECT_EQ(unlink(scenario, identities(scenario).at(0)).code(), "last_sign_in_method");
}

TEST(Identities, OneWhoseProviderIsGoneIsNoWayToSignIn) {
  FederationScenario scenario;
  FakeOpenId other;
  scenario.add_provider("other", other.server.url());
  scenario.sign_in();
  ASSERT_EQ(scenario.start({{"link", true}}, "other").status, 200);
  other.claims = scenario.upstream.claims;
  other.claims["iss"] = other.server.url();
  EXPECT_EQ(scenario.come_back({{"state", scenario.asked["state"]}, {"code", "c"}}, "other"), "/account");
  EXPECT_TRUE(auth::federation::delete_provider(scenario.table(), "other"));
  const auto list = identities(scenario);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].at("provider_name"), "other");
  EXPECT_EQ(unlink(scenario, list[0]).code(), "last_sign_in_method");
  EXPECT_EQ(unlink(scenario, list[1]).status, 204);
}

TEST(Identities, GoWithTheAccount) {
  FederationScenario scenario;
  scenario.sign_in();
  link_another(scenario, "ada-at-work");
  ASSERT_EQ(unlink(scenario, identities(scenario).at(0)).status, 204);
  EXPECT_EQ(scenario.browse(http::Method::del, "/auth/me").status, 204);
  for (const auto& [key, rest] : scenario.stored_items()) {
    EXPECT_THAT(key + rest, Not(HasSubstr("IDENTITY#")));
    EXPECT_THAT(key + rest, Not(HasSubstr("UNLINKED#")));
  }
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in(), "/account");  // a new account
  EXPECT_EQ(scenario.me(), ada);
}

/// A table in which something happens right after a partition was listed.
class TableInterrupted final : public ForwardingTable {
 public:
  TableInterrupted(store::Table& table, std::function<void()> interruption)
      : ForwardingTable(table), interruption_(std::move(interruption)) {}
  store::Page query(const store::Query& query) override {
    auto page = table_.query(query);
    interruption_();
    return page;
  }

 private:
  std::function<void()> interruption_;
};

TEST(Identities, GoWithTheAccountWhenTheyAreLinkedWhileItIsDeleted) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
  int linked = 0;
  TableInterrupted table(scenario.table(), [&] {
    // Only while the account is there: each link makes sure of that in its transaction.
    if (!auth::find_user(scenario.table(), user.id)) return;
    const auto provider = auth::federation::find_provider(scenario.table(), "acme").value();
    const auto subject = "ada-" + std::to_string(++linked);
    const auto id = auth::federation::IdentityId::of(provider, subject);
    EXPECT_TRUE(scenario.table().write(auth::federation::link_identity(id, user.id, "", {subject}, Time{})));
  });
  const auto& real = scenario.app().get<auth::Auth>();
  auth::Auth interrupted{table,           real.queue,    real.outbox, real.passwords, real.keys, real.access_tokens,
                         real.master_key, real.outgoing, real.log,    real.options};
  (void)auth::delete_user(interrupted, user, scenario.clock().now());
  EXPECT_GT(linked, 0);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_THAT(key + rest, Not(HasSubstr("IDENTITY#")));
}

TEST(Identities, OfAnAccountThatIsGoneAreFreeAgain) {
  FederationScenario scenario;
  scenario.sign_in();
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse(ada).value());
  const store::Write writes[] = {store::Delete{auth::user_key(user->id)},
                                 store::Delete{auth::email_key(user->email_normalised)}};
  ASSERT_TRUE(scenario.table().write(writes));
  scenario.cookies.clear();
  EXPECT_EQ(scenario.sign_in(), "/account");
  EXPECT_NE(auth::find_user_by_email(scenario.table(), Email::parse(ada).value())->id, user->id);
}

TEST(Identities, OfAnAccountWithoutAPasswordLetItChooseOneByMail) {
  FederationScenario scenario;
  scenario.sign_in();
  scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto token = scenario.link_token(ada, "reset_password");
  EXPECT_EQ(scenario.post("/auth/reset-password", {{"token", token}, {"password", Scenario::password}}).status, 204);
  EXPECT_EQ(scenario.login(ada).status, 200);
}

// The address was nobody's yet, so whoever linked them need not be who takes the account over by mail.
TEST(Identities, OfAnAccountWhoseAddressNobodyHadProvenGoWhenItsOwnerTakesItByMail) {
  FederationScenario scenario;
  scenario.make_account(ada, false);
  const auto user = auth::find_user_by_email(scenario.table(), Email::parse(ada).value()).value();
  const auto provider = auth::federation::find_provider(scenario.table(), "acme").value();
  const auto id = auth::federation::IdentityId::of(provider, "eve-at-acme");
  ASSERT_TRUE(scenario.table().write(auth::federation::link_identity(id, user.id, "", {"eve-at-acme"}, Time{})));
  scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto token = scenario.link_token(ada, "reset_password");
  EXPECT_EQ(scenario.post("/auth/reset-password", {{"token", token}, {"password", Scenario::password}}).status, 204);
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_THAT(key + rest, Not(HasSubstr("IDENTITY#")));
}

TEST(Identities, AreNamedInTheMailThatTellsOfANewPassword) {
  FederationScenario scenario;
  scenario.make_account(ada, true);
  scenario.sign_in();
  scenario.upstream.claims["email"] = "eve@example.com";
  link_another(scenario, "eve-at-acme");
  scenario.post("/auth/forgot-password", {{"email", ada}});
  const auto token = scenario.link_token(ada, "reset_password");
  EXPECT_EQ(scenario.post("/auth/reset-password", {{"token", token}, {"password", Scenario::password}}).status, 204);
  EXPECT_EQ(identities_of_user(scenario, ada), 2U);  // they may be the owner's own
  const auto mails = scenario.mails(ada, "password_changed");
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_THAT(mails[0].text, HasSubstr("ada@example.com"));
  EXPECT_THAT(mails[0].text, HasSubstr("eve@example.com"));
}

}  // namespace
}  // namespace voyages::tests
