#include "auth/oauth/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voyages::tests {
namespace {

namespace oauth = auth::oauth;
using ::testing::ElementsAre;

oauth::OAuthResult<oauth::Form> read(std::string body, std::string_view type = "application/x-www-form-urlencoded") {
  http::Request request{.method = http::Method::post, .target = "/oauth/token", .body = std::move(body)};
  request.headers.add("Content-Type", std::string(type));
  return oauth::Form::read_body(request);
}

TEST(OAuthForm, DecodesItsParameters) {
  const auto form =
      read("grant_type=a+b&state=%C3%A9%2B&empty=&bare", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("grant_type"), "a b");
  EXPECT_EQ(form->get("state"), "\xc3\xa9+");
  EXPECT_EQ(form->find("empty"), std::nullopt) << "RFC 6749 §3.1: without a value it is absent";
  EXPECT_EQ(form->find("bare"), std::nullopt);
  EXPECT_EQ(form->find("none"), std::nullopt);
}

TEST(OAuthForm, TakesNoParameterTwiceButResource) {
  EXPECT_EQ(read("a=1&a=1").error().error, "invalid_request");
  EXPECT_TRUE(read("a=1&a="));
  EXPECT_THAT(read("resource=x&resource=y")->all("resource"), ElementsAre("x", "y"));
}

TEST(OAuthForm, RefusesWhatIsMalformedOrTooLong) {
  for (const auto* body : {"a=%zz", "a=%", "a=%00", "a=%ff"}) EXPECT_FALSE(read(body)) << body;
  EXPECT_FALSE(read("a=" + std::string(32 * 1024, 'x')));
  EXPECT_FALSE(read("a=1", "application/json"));
  EXPECT_FALSE(read("a=1", ""));
  EXPECT_FALSE(read("a=1", "text/application/x-www-form-urlencoded"));
}

TEST(OAuthForm, EncodesWhatIsNotUnreserved) {
  EXPECT_EQ(oauth::form_encode({{"state", "a b&c=d/\xc3\xa9~"}, {"iss", "https://id"}}),
            "state=a%20b%26c%3Dd%2F%C3%A9~&iss=https%3A%2F%2Fid");
}

}  // namespace
}  // namespace voyages::tests
