#include "app/pages.h"

#include <gtest/gtest.h>

#include "http/assets.h"
#include "http/compression.h"

namespace voyages::app {
namespace {

http::Response get(const http::Router& router, std::string_view path, std::string_view accepted) {
  http::Request request{.target = std::string(path)};
  request.headers.add("Accept-Encoding", std::string(accepted));
  const auto found = router.find(request.method, path);
  const auto& match = std::get<http::Router::Match>(found);
  http::Context context;
  return match.route->run(*match.route, request, match.parameters, context);
}

TEST(Pages, AreServedGzippedFromWhereTheyAreEmbedded) {
  http::Router router;
  add_pages(router, {});
  for (const auto& asset : assets::all()) {
    if (!asset.path.starts_with('/')) continue;
    const auto answer = get(router, asset.path, "gzip");
    EXPECT_EQ(answer.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(answer.static_body.data(), asset.gzip.data()) << asset.path;
  }
}

TEST(Pages, AreUnzippedOnceHoweverOftenTheyAreAskedFor) {
  http::Router router;
  add_pages(router, {});
  add_contract(router);
  for (const auto* path : {"/", "/docs", "/openapi.json"}) {
    const auto first = get(router, path, "");
    EXPECT_EQ(first.headers.find("Content-Encoding"), nullptr);
    EXPECT_EQ(std::string(first.static_body), http::gunzip(get(router, path, "gzip").static_body)) << path;
    EXPECT_EQ(get(router, path, "").static_body.data(), first.static_body.data()) << path;
  }
}

TEST(Pages, RunAndStyleNothingInline) {
  http::Router router;
  add_pages(router, {});
  for (const auto& asset : assets::all()) {
    if (!asset.path.starts_with('/')) continue;
    const std::string policy(get(router, asset.path, "gzip").headers.get("Content-Security-Policy"));
    EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'")) << asset.path;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string_view::npos) << asset.path;
    const bool shows_foreign_styles = asset.path == "/docs" || asset.path == "/mail";
    EXPECT_EQ(policy.find("'unsafe-inline'") != std::string_view::npos, shows_foreign_styles) << asset.path;
  }
}

TEST(Pages, OfSignInAreOneDocument) {
  http::Router router;
  add_pages(router, {});
  const std::string shell(get(router, "/login", "").static_body);
  EXPECT_NE(shell.find(R"(<body data-error="">)"), std::string::npos);
  for (const auto* path : {"/setup", "/register", "/verify-email", "/forgot-password", "/reset-password", "/consent",
                           "/device", "/sign-out", "/signed-out", "/account", "/unsubscribe"})
    EXPECT_EQ(get(router, path, "").static_body, shell) << path;
}

TEST(Pages, ShowTheOperatorsLogoWithoutLettingItRun) {
  http::Router router;
  add_pages(router, {.css = "a {}", .logo = "<svg><script>alert(1)</script></svg>", .logo_type = "image/svg+xml"});
  const auto logo = get(router, "/assets/logo", "");
  EXPECT_EQ(logo.headers.get("Content-Type"), "image/svg+xml");
  EXPECT_EQ(logo.headers.get("Content-Security-Policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  EXPECT_EQ(get(router, "/assets/brand.css", "").static_body, "a {}");
}

TEST(Pages, ShowOurLogoWithoutTheOperators) {
  http::Router router;
  add_pages(router, {});
  EXPECT_EQ(get(router, "/assets/logo", "").static_body, get(router, "/assets/icon.svg", "").static_body);
  EXPECT_EQ(get(router, "/assets/brand.css", "").static_body, "");
}

TEST(Pages, HaveOneWeakTagForBothForms) {
  http::Router router;
  add_contract(router);
  const auto plain = get(router, "/openapi.json", "");
  EXPECT_TRUE(plain.headers.get("ETag").starts_with("W/\""));
  EXPECT_EQ(plain.headers.get("ETag"), get(router, "/openapi.json", "gzip").headers.get("ETag"));
  EXPECT_EQ(plain.headers.get("Vary"), "Accept-Encoding");
}

}  // namespace
}  // namespace voyages::app
