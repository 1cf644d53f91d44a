#include "auth/federation/provider.h"

#include <gmock/gmock.h>

#include "tests/auth/federation/federation_scenario.h"

namespace voyages::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

boost::json::object acme() {
  return {{"id", "work"},
          {"name", "Work"},
          {"issuer", "https://id.example/"},
          {"client_id", "our-client"},
          {"client_secret", "our-client-secret"}};
}
// What an administrator who is no owner may use.
std::string admin_token(Scenario& scenario) {
  EXPECT_TRUE(auth::add_user(scenario.app().get<auth::Auth>(), Email::parse("admin@example.com").value(),
                             auth::NewPassword::parse(Scenario::password).value(), "", {"admin"}, true,
                             scenario.clock().now()));
  return scenario.login("admin@example.com").text("access_token");
}

TEST(Providers, AreAddedListedAndDeletedByAnOwner) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const auto added = scenario.post("/admin/providers", acme(), owner);
  ASSERT_EQ(added.status, 201);
  const auto& provider = added.body.at("provider");
  EXPECT_EQ(provider.at("kind"), "openid");
  EXPECT_EQ(provider.at("issuer"), "https://id.example/");
  EXPECT_EQ(provider.at("redirect_uri"), "http://localhost:8080/auth/federation/work/callback");
  EXPECT_FALSE(provider.as_object().contains("client_secret"));
  EXPECT_EQ(scenario.post("/admin/providers", acme(), owner).code(), "provider_exists");
  EXPECT_EQ(scenario.get("/admin/providers", owner).body.at("items").as_array().size(), 1U);
  EXPECT_EQ(scenario.del("/admin/providers/work", owner).status, 204);
  EXPECT_EQ(scenario.del("/admin/providers/work", owner).code(), "provider_not_found");
}

TEST(Providers, AreForOwnersToChangeSinceTheyCouldSignAnOwnerIn) {
  Scenario scenario;
  const auto admin = admin_token(scenario);
  EXPECT_EQ(scenario.post("/admin/providers", acme(), admin).status, 403);
  EXPECT_EQ(scenario.del("/admin/providers/work", admin).status, 403);
  EXPECT_EQ(scenario.get("/admin/providers", admin).status, 200);
  const auto user = scenario.sign_up("ada@example.com").text("access_token");
  EXPECT_EQ(scenario.get("/admin/providers", user).status, 403);
  EXPECT_EQ(scenario.post("/admin/providers", acme()).status, 401);
}

TEST(Providers, OfTheWellKnownNeedOnlyTheirClient) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const boost::json::object client{{"client_id", "c"}, {"client_secret", "s"}};
  const auto add = [&](std::string_view id, boost::json::object more = {}) {
    auto body = client;
    body["id"] = id;
    for (const auto& [name, value] : more) body[name] = value;
    return scenario.post("/admin/providers", body, owner).body;
  };
  EXPECT_EQ(add("google").at("provider").at("issuer"), "https://accounts.google.com");
  EXPECT_EQ(add("github").at("provider").at("kind"), "github");
  EXPECT_EQ(add("work-git", {{"kind", "github"}, {"issuer", "https://git.example"}}).at("provider").at("kind"),
            "github");
  EXPECT_EQ(add("second-github", {{"kind", "github"}}).at("provider").at("issuer"), "https://github.com");
  EXPECT_EQ(add("unknown").at("code"), "invalid_input");
}

TEST(Providers, RefuseHostileInput) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  const std::vector<std::tuple<std::string, boost::json::value, std::string>> faults{
      {"id", "Work", "id:invalid_provider_id"},
      {"id", "a/b", "id:invalid_provider_id"},
      {"id", std::string(41, 'a').c_str(), "id:invalid_provider_id"},
      {"kind", "saml", "kind:unknown_kind"},
      {"issuer", "http://id.example", "issuer:invalid_issuer"},
      {"issuer", "https://id.example/?a=b", "issuer:invalid_issuer"},
      {"issuer", "https://user@id.example/", "issuer:invalid_issuer"},
      {"issuer", "javascript:alert(1)", "issuer:invalid_issuer"},
      {"client_id", "", "client_id:empty"},
      {"client_secret", "", "client_secret:invalid_client_secret"},
      {"client_secret", std::string(4097, 'a').c_str(), "client_secret:invalid_client_secret"}};
  for (const auto& [name, value, fault] : faults) {
    auto body = acme();
    body[name] = value;
    const auto answer = scenario.post("/admin/providers", body, owner);
    ASSERT_EQ(answer.status, 422) << fault;
    EXPECT_THAT(answer.faults(), ElementsAre(fault));
  }
  EXPECT_TRUE(auth::federation::list_providers(scenario.table()).empty());
}

TEST(Providers, KeepTheirSecretUnderTheMasterKey) {
  Scenario scenario;
  const auto owner = scenario.owner_token();
  scenario.post("/admin/providers", acme(), owner);
  const auto provider = auth::federation::find_provider(scenario.table(), "work");
  ASSERT_TRUE(provider);
  EXPECT_EQ(auth::federation::open_secret(scenario.app().get<auth::Auth>().master_key, *provider).expose(),
            "our-client-secret");
  for (const auto& [key, rest] : scenario.stored_items()) EXPECT_THAT(rest, Not(HasSubstr("our-client-secret")));
  EXPECT_THAT(scenario.log_text(), Not(HasSubstr("our-client-secret")));
  // Neither another key nor another provider's place opens it.
  EXPECT_THROW(auth::federation::open_secret(crypto::MasterKey::generate(), *provider), std::runtime_error);
  auto elsewhere = *provider;
  elsewhere.id = "evil";
  EXPECT_THROW(auth::federation::open_secret(scenario.app().get<auth::Auth>().master_key, elsewhere),
               std::runtime_error);
}

}  // namespace
}  // namespace voyages::tests
