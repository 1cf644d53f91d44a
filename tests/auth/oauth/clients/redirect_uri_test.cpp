#include "auth/oauth/clients/redirect_uri.h"

#include <gtest/gtest.h>

namespace voyages::auth::oauth {
namespace {

TEST(RedirectUri, IsComparedLetterByLetter) {
  const std::vector<std::string> registered{"https://site.example/callback", "https://site.example/a?x=1"};
  EXPECT_TRUE(is_registered("https://site.example/callback", registered));
  EXPECT_TRUE(is_registered("https://site.example/a?x=1", registered));
  for (const auto* other :
       {"", "https://site.example/callback/", "https://site.example/Callback", "https://SITE.example/callback",
        "https://site.example:443/callback", "https://site.example/callback?x=1", "https://site.example/callback#x",
        "http://site.example/callback", "https://site.example/callback/../evil", "https://site.example/%63allback",
        "https://site.example@evil.example/callback", "https://evil.example/?https://site.example/callback",
        "https://site.example/a?x=1&y=2", "https://site.example", "//site.example/callback", "javascript:alert(1)"}) {
    EXPECT_FALSE(is_registered(other, registered)) << other;
  }
}

TEST(RedirectUri, MayHaveAnyPortOfThisMachinesLoopback) {
  const std::vector<std::string> registered{"http://127.0.0.1/callback", "http://[::1]:8000/callback",
                                            "http://localhost:3000/callback?x=1"};
  for (const auto* same : {"http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", "http://[::1]/callback",
                           "http://[::1]:1/callback", "http://localhost:4000/callback?x=1"}) {
    EXPECT_TRUE(is_registered(same, registered)) << same;
  }
  for (const auto* other :
       {"http://127.0.0.1:49152/other", "http://127.0.0.1:/callback", "http://127.0.0.1:1234567/callback",
        "http://127.0.0.1:65536/callback", "http://127.0.0.1:80@evil.example/callback",
        "http://127.0.0.1.evil.example/callback", "http://localhost.evil.example/callback?x=1",
        "http://localhost:4000/callback", "https://127.0.0.1:80/callback", "http://127.0.0.1:8x/callback",
        "http://127.0.0.2/callback", "http://localhost:80\\@evil.example/callback?x=1", "http://localhost/callback"}) {
    EXPECT_FALSE(is_registered(other, registered)) << other;
  }
}

TEST(RedirectUri, HasAPortThatIsExactAnywhereElse) {
  EXPECT_FALSE(is_registered("https://site.example:8443/callback", {"https://site.example/callback"}));
  EXPECT_FALSE(is_registered("http://192.168.0.1:81/callback", {"http://192.168.0.1:80/callback"}));
}

TEST(RedirectUri, HasAnOriginOnTheWebAlone) {
  EXPECT_EQ(origin_of("https://site.example:8443/callback?x=1"), "https://site.example:8443");
  EXPECT_EQ(origin_of("http://[::1]:80"), "http://[::1]:80");
  EXPECT_EQ(origin_of("https://site.example?x"), "https://site.example");
  EXPECT_EQ(origin_of("com.example.app:/callback"), "");
}

}  // namespace
}  // namespace voyages::auth::oauth
