#include <gtest/gtest.h>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

TEST(HostedPages, KnowTheNameAndWhoMayRegister) {
  auto config = Scenario::config_with(auth::Registration::invite);
  config.product_name = "Harbour";
  Scenario scenario(config);
  const auto answer = scenario.get("/auth/pages");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("product_name"), "Harbour");
  EXPECT_EQ(answer.text("logo_url"), "/assets/logo");
  EXPECT_EQ(answer.text("registration"), "invite");
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
}

TEST(HostedPages, KnowWhetherThereIsAnOwner) {
  Scenario scenario;
  EXPECT_EQ(scenario.get("/auth/pages").body.at("setup_needed"), true);
  scenario.owner_token();
  EXPECT_EQ(scenario.get("/auth/pages").body.at("setup_needed"), false);
}

TEST(HostedPages, OfferTheProvidersThatThereAre) {
  Scenario scenario;
  EXPECT_EQ(scenario.get("/auth/pages").body.at("providers"), boost::json::array());
  const boost::json::object github{
      {"id", "github"}, {"kind", "github"}, {"name", "GitHub"}, {"client_id", "ours"}, {"client_secret", "a secret"}};
  ASSERT_EQ(scenario.post("/admin/providers", github, scenario.owner_token()).status, 201);
  EXPECT_EQ(scenario.get("/auth/pages").body.at("providers"),
            (boost::json::array{{{"id", "github"}, {"name", "GitHub"}, {"kind", "github"}}}));
}

}  // namespace
}  // namespace voyages::tests
