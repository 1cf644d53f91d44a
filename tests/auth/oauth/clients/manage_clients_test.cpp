#include "auth/oauth/clients/manage_clients.h"

#include <gtest/gtest.h>

#include "crypto/token.h"
#include "tests/auth/scenario.h"

namespace voyages::auth::oauth {
namespace {

namespace json = boost::json;

const json::object gallery{{"client_name", "The gallery"},
                           {"redirect_uris", json::array{"https://gallery.example/callback"}}};

struct Administration : testing::Test {
  tests::Scenario scenario;
  std::string owner = scenario.owner_token();

  tests::Answer create(json::object metadata = gallery) { return scenario.post("/admin/clients", metadata, owner); }
  std::string create_id(json::object metadata = gallery) {
    return std::string(create(std::move(metadata)).body.at("client").at("client_id").as_string());
  }
  std::string path(const std::string& id) { return "/admin/clients/" + id; }
};

TEST_F(Administration, MakesAClientAndShowsItsSecretOnce) {
  const auto made = create();
  EXPECT_EQ(made.status, 201);
  const auto id = std::string(made.body.at("client").at("client_id").as_string());
  EXPECT_EQ(find_client(scenario.table(), id)->secret_hash, crypto::sha256(made.text("client_secret")));
  const auto shown = scenario.get(path(id), owner);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body.at("client"), made.body.at("client"));
  const auto listed = json::serialize(scenario.get("/admin/clients", owner).body);
  EXPECT_NE(listed.find(id), std::string::npos);
  EXPECT_EQ(listed.find("secret\":"), std::string::npos);
  EXPECT_EQ(scenario.log_text().find(made.text("client_secret")), std::string::npos);
}

TEST_F(Administration, MakesAPublicClientWithoutSecret) {
  auto metadata = gallery;
  metadata["token_endpoint_auth_method"] = "none";
  const auto made = create(metadata);
  EXPECT_EQ(made.status, 201);
  EXPECT_FALSE(made.body.as_object().contains("client_secret"));
}

TEST_F(Administration, IsForAdministratorsAlone) {
  const auto id = create_id();
  const auto user = scenario.sign_up("ada@example.com").text("access_token");
  for (const auto& [token, status] : {std::pair(user, 403), std::pair(std::string(), 401)}) {
    EXPECT_EQ(scenario.post("/admin/clients", gallery, token).status, status);
    EXPECT_EQ(scenario.get("/admin/clients", token).status, status);
    EXPECT_EQ(scenario.get(path(id), token).status, status);
    EXPECT_EQ(scenario.patch(path(id), {{"first_party", true}}, token).status, status);
    EXPECT_EQ(scenario.post(path(id) + "/rotate-secret", {}, token).status, status);
    EXPECT_EQ(scenario.del(path(id), token).status, status);
  }
  EXPECT_FALSE(find_client(scenario.table(), id)->first_party);
}

TEST_F(Administration, NamesEveryFieldThatItRefuses) {
  const auto refused = create({{"client_name", "x"},
                               {"redirect_uris", json::array{"javascript:alert(1)"}},
                               {"grant_types", json::array{"password"}}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.faults(),
            (std::vector<std::string>{"redirect_uris[0]:invalid_redirect_uri", "grant_types:unsupported"}));
}

TEST_F(Administration, ChangesWhatIsNamedAndLeavesTheRest) {
  const auto id = create_id();
  const auto before = find_client(scenario.table(), id).value();
  const auto changed =
      scenario.patch(path(id), {{"client_name", "The museum"}, {"scope", "openid"}, {"first_party", true}}, owner);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body.at("client").at("client_name"), "The museum");
  EXPECT_EQ(changed.body.at("client").at("scope"), "openid");
  const auto after = find_client(scenario.table(), id).value();
  EXPECT_TRUE(after.first_party);
  EXPECT_EQ(after.redirect_uris, before.redirect_uris);
  EXPECT_EQ(after.secret_hash, before.secret_hash);
  EXPECT_EQ(scenario.patch(path(id), {{"registered_by_itself", true}}, owner).status, 422);
  EXPECT_EQ(scenario.patch(path(id), {{"redirect_uris", json::array{}}}, owner).status, 422);
}

TEST_F(Administration, DisablesAndEnablesAClient) {
  const auto id = create_id();
  EXPECT_EQ(scenario.patch(path(id), {{"disabled", true}}, owner).status, 200);
  const auto since = find_client(scenario.table(), id)->disabled_at;
  EXPECT_TRUE(since);
  scenario.clock().advance(std::chrono::minutes(1));
  EXPECT_EQ(scenario.patch(path(id), {{"disabled", true}}, owner).status, 200);
  EXPECT_EQ(find_client(scenario.table(), id)->disabled_at, since);
  EXPECT_EQ(scenario.patch(path(id), {{"disabled", false}}, owner).status, 200);
  EXPECT_FALSE(find_client(scenario.table(), id)->disabled_at);
}

TEST_F(Administration, GivesANewSecretAndStopsTheOldOneAtOnce) {
  const auto made = create();
  const auto id = std::string(made.body.at("client").at("client_id").as_string());
  const auto renewed = scenario.post(path(id) + "/rotate-secret", {}, owner);
  EXPECT_EQ(renewed.status, 200);
  EXPECT_NE(renewed.text("client_secret"), made.text("client_secret"));
  EXPECT_EQ(find_client(scenario.table(), id)->secret_hash, crypto::sha256(renewed.text("client_secret")));
}

TEST_F(Administration, GivesAPublicClientNoSecret) {
  auto metadata = gallery;
  metadata["token_endpoint_auth_method"] = "none";
  const auto id = create_id(metadata);
  EXPECT_EQ(scenario.post(path(id) + "/rotate-secret", {}, owner).code(), "no_client_secret");
}

TEST_F(Administration, DeletesAClientOnce) {
  const auto id = create_id();
  EXPECT_EQ(scenario.del(path(id), owner).status, 204);
  EXPECT_EQ(scenario.del(path(id), owner).code(), "client_not_found");
  EXPECT_EQ(scenario.get(path(id), owner).status, 404);
  EXPECT_EQ(scenario.patch(path(id), {{"disabled", true}}, owner).status, 404);
  EXPECT_EQ(scenario.post(path(id) + "/rotate-secret", {}, owner).status, 404);
}

TEST_F(Administration, ListsPageByPage) {
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) {
    scenario.clock().advance(std::chrono::seconds(1));
    made.push_back(create_id());
  }
  std::vector<std::string> listed;
  std::string cursor;
  do {
    const auto page = scenario.get("/admin/clients?limit=2" + cursor, owner);
    for (const auto& item : page.body.at("items").as_array()) listed.emplace_back(item.at("client_id").as_string());
    const auto* next = page.body.as_object().if_contains("next_cursor");
    cursor = next ? "&cursor=" + std::string(next->as_string()) : "";
  } while (!cursor.empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(scenario.get("/admin/clients?cursor=x", owner).status, 422);
}

TEST_F(Administration, SeesThatAnotherChangeCameBetween) {
  const auto id = create_id();
  auto mine = find_client(scenario.table(), id).value();
  auto other = mine;
  EXPECT_TRUE(replace_client(scenario.table(), other, scenario.clock().now()));
  EXPECT_FALSE(replace_client(scenario.table(), mine, scenario.clock().now()));
}

}  // namespace
}  // namespace voyages::auth::oauth
