#include "auth/oauth/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

namespace oauth = auth::oauth;
using ::testing::ElementsAre;

oauth::Client client() {
  return {.client_id = "client", .client_name = "Site", .scopes = {"openid", "email", "offline_access", "notes:read"}};
}

TEST(Scope, IsWhatTheClientMayHaveOfWhatItWants) {
  EXPECT_EQ(oauth::scope_for(client(), "openid email"), "openid email");
  EXPECT_EQ(oauth::scope_for(client(), "openid   openid address"), "openid");
  EXPECT_EQ(oauth::scope_for(client(), "notes:read"), "notes:read");
}

TEST(Scope, IsAllButOfflineAccessWhenNothingIsSaid) {
  EXPECT_EQ(oauth::scope_for(client(), ""), "openid email notes:read");
}

TEST(Scope, IsTheLeastSignInWhenNothingOfItIsForTheClient) {
  for (const auto* wanted : {"something", "roles", "profile address"}) {
    EXPECT_EQ(oauth::scope_for(client(), wanted), "openid") << wanted;
  }
  auto other = client();
  other.scopes = {"email", "offline_access"};
  EXPECT_EQ(oauth::scope_for(other, "something"), "email");
}

TEST(Scope, IsNotWidenedWhenOneThatWasGrantedIsTakenAway) {
  const auto scope = oauth::narrow_scope(client(), "roles");
  ASSERT_FALSE(scope);
  EXPECT_EQ(scope.error().error, "invalid_scope");
}

TEST(Scope, IsRefusedWhenItIsNoScopeOrTheClientMayHaveNone) {
  auto nothing = client();
  nothing.scopes = {"offline_access"};
  EXPECT_FALSE(oauth::scope_for(nothing, "something"));
  for (const auto* wanted : {"open\"id", "open\\id", "caf\xc3\xa9", "a\nb"}) {
    const auto scope = oauth::scope_for(client(), wanted);
    ASSERT_FALSE(scope) << wanted;
    EXPECT_EQ(scope.error().error, "invalid_scope");
  }
  std::string many;
  for (int i = 0; i < 65; ++i) many += "s" + std::to_string(i) + ' ';
  EXPECT_FALSE(oauth::parse_scope(many));
}

TEST(Scope, ComparesByNames) {
  EXPECT_TRUE(oauth::is_within("email", "openid email"));
  EXPECT_TRUE(oauth::is_within("", "openid"));
  EXPECT_FALSE(oauth::is_within("email openid", "openid"));
  EXPECT_FALSE(oauth::has_scope("openid2 xopenid", "openid"));
}

TEST(Resources, AreAbsoluteHttpsUrisWithoutAFragment) {
  EXPECT_THAT(*oauth::resources_for(client(), {"https://api.example.com/v1", "https://api.example.com/v1"}),
              ElementsAre("https://api.example.com/v1"));
  EXPECT_TRUE(oauth::resources_for(client(), {"http://localhost:3000", "http://127.0.0.1:1/x", "http://[::1]:1"}));
  for (const auto* wrong :
       {"api.example.com", "/v1", "http://api.example.com", "https://api.example.com/#a", "ftp://a.b",
        "https://user@api.example.com", "javascript:alert(1)", "https://", "urn:x:y"}) {
    const auto resources = oauth::resources_for(client(), {wrong});
    ASSERT_FALSE(resources) << wrong;
    EXPECT_EQ(resources.error().error, "invalid_target");
  }
}

TEST(Resources, AreThoseThatTheClientMayAskFor) {
  auto bound = client();
  bound.resources = {"https://api.example.com"};
  EXPECT_TRUE(oauth::resources_for(bound, {"https://api.example.com"}));
  EXPECT_FALSE(oauth::resources_for(bound, {"https://api.example.com/"}));
  std::vector<std::string> many;
  for (int i = 0; i < 9; ++i) many.push_back("https://a" + std::to_string(i) + ".example");
  EXPECT_FALSE(oauth::resources_for(client(), many));
}

}  // namespace
}  // namespace voyages::tests
