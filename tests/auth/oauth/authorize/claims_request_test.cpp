#include "auth/oauth/authorize/claims_request.h"

#include <gtest/gtest.h>

namespace voyages::auth::oauth {
namespace {

using Names = std::vector<std::string>;

TEST(ClaimsRequest, KeepsTheNamesThatWeKnow) {
  const auto claims = parse_claims(R"({"userinfo": {"email": null, "picture": null, "name": {"essential": true}},
                                       "id_token": {"auth_time": {"essential": true}, "roles": null},
                                       "elsewhere": 1})");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->userinfo, (Names{"email", "name"}));
  EXPECT_EQ(claims->id_token, Names{"roles"});
  EXPECT_EQ(claims->subject, "");
  EXPECT_TRUE(claims->essential_acr.empty());
}

TEST(ClaimsRequest, ReadsWhoTheUserMustBeAndHowTheySignedIn) {
  const auto claims = parse_claims(R"({"id_token": {"sub": {"value": "ada"},
                                                    "acr": {"essential": true, "values": ["fed", "pwd"]}},
                                       "userinfo": {"sub": {"value": "ada"}}})");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, "ada");
  EXPECT_EQ(claims->essential_acr, (Names{"fed", "pwd"}));
  const auto voluntary = parse_claims(R"({"id_token": {"acr": {"values": ["fed"]}}})");
  ASSERT_TRUE(voluntary);
  EXPECT_TRUE(voluntary->essential_acr.empty());
}

TEST(ClaimsRequest, RefusesWhatIsNotOfItsForm) {
  for (const auto* json : {"", "null", "[]", "{", R"({"id_token": 1})", R"({"id_token": {"email": 1}})",
                           R"({"userinfo": {"email": "x"}})", R"({"userinfo": {}, "userinfo": {}})",
                           R"({"id_token": {"sub": {"value": "ada"}}, "userinfo": {"sub": {"value": "bob"}}})"}) {
    const auto claims = parse_claims(json);
    ASSERT_FALSE(claims) << json;
    EXPECT_EQ(claims.error().error, "invalid_request");
  }
  EXPECT_FALSE(parse_claims(R"({"x": ")" + std::string(4096, 'x') + R"("})"));
}

}  // namespace
}  // namespace voyages::auth::oauth
