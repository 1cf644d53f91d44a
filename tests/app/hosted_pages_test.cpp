#include "app/hosted_pages.h"

#include <gtest/gtest.h>

#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

TEST(HostedPages, KnowTheNameAndWhoMayRegister) {
  auto config = Scenario::config_with(app::Registration::invite);
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
  http::Router router;
  add_hosted_pages(router, Scenario::test_config(), scenario.table(),
                   [] { return std::vector<app::SignInProvider>{{.id = "google", .name = "Google", .kind = "oidc"}}; });
  const http::Request request{.target = "/auth/pages"};
  const auto found = router.find(request.method, "/auth/pages");
  const auto& match = std::get<http::Router::Match>(found);
  http::Context context;
  const auto answer = match.route->run(*match.route, request, match.parameters, context);
  EXPECT_EQ(boost::json::parse(answer.content()).at("providers"),
            (boost::json::array{{{"id", "google"}, {"name", "Google"}, {"kind", "oidc"}}}));
}

}  // namespace
}  // namespace voyages::tests
