#include "http/client/url.h"

#include <gtest/gtest.h>

namespace voyages::http::client {
namespace {

TEST(ClientUrl, HasAnOriginAndATarget) {
  EXPECT_EQ(Url::parse("HTTPS://A.example:8443/b/?c=%20"), (Url{{true, "a.example", 8443}, "/b/?c=%20"}));
  EXPECT_EQ(Url::parse("http://[::1]"), (Url{{false, "::1", 80}, "/"}));
  EXPECT_EQ(Url::parse("http://a?b"), (Url{{false, "a", 80}, "/?b"}));
  EXPECT_EQ(Url::parse("http://a:80/?b=c")->text(), "http://a/?b=c");
}

TEST(ClientUrl, RefusesWhatIsNotPlain) {
  for (const auto* url :
       {"", "/a", "//a/b", "ftp://a/", "javascript://a/", "http://", "http:///a", "http://user@a/", "http://a#b",
        "http://a/b c", "http://a/\xc3\xa9", "http://a\\@b/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
        "http://a:0/", "http://a:65536/", "http://a/\r\nX: y"}) {
    EXPECT_FALSE(Url::parse(url)) << url;
  }
}

TEST(ClientUrl, FollowsReferencesAsTheRfcDoes) {
  const auto base = Url::parse("http://a/b/c/d;p?q").value();
  // RFC 3986 §5.4.1 and §5.4.2, fragments dropped.
  const std::pair<const char*, const char*> examples[] = {{"g", "http://a/b/c/g"},
                                                          {"./g", "http://a/b/c/g"},
                                                          {"g/", "http://a/b/c/g/"},
                                                          {"/g", "http://a/g"},
                                                          {"//g", "http://g/"},
                                                          {"?y", "http://a/b/c/d;p?y"},
                                                          {"g?y", "http://a/b/c/g?y"},
                                                          {"#s", "http://a/b/c/d;p?q"},
                                                          {"g#s", "http://a/b/c/g"},
                                                          {";x", "http://a/b/c/;x"},
                                                          {"", "http://a/b/c/d;p?q"},
                                                          {".", "http://a/b/c/"},
                                                          {"..", "http://a/b/"},
                                                          {"../g", "http://a/b/g"},
                                                          {"../..", "http://a/"},
                                                          {"../../g", "http://a/g"},
                                                          {"../../../g", "http://a/g"},
                                                          {"/./g", "http://a/g"},
                                                          {"g;x=1/../y", "http://a/b/c/y"}};
  for (const auto& [reference, expected] : examples) {
    const auto resolved = base.resolve(reference);
    ASSERT_TRUE(resolved) << reference;
    EXPECT_EQ(resolved->text(), expected) << reference;
  }
  EXPECT_EQ(base.resolve("https://x.example:444/y?z")->text(), "https://x.example:444/y?z");
  EXPECT_EQ(base.resolve("/caf\xc3\xa9 1")->text(), "http://a/caf%C3%A9%201");
}

TEST(ClientUrl, FollowsNoReferenceToSomethingElse) {
  const auto base = Url::parse("https://a/b").value();
  for (const std::string reference :
       {"javascript:alert(1)", "file:///etc/passwd", "data:,x", "gopher://a/", "//user@evil/", "https://a@evil/",
        "\\\\evil", "/\\evil", "https:evil", "http://", "//", "https://a:0/", "/a\r\nX: y", "https://[::1",
        "https://[fe80::1%25eth0]/"}) {
    EXPECT_FALSE(base.resolve(reference)) << reference;
  }
  EXPECT_FALSE(base.resolve("/" + std::string(9000, 'a')));
}

}  // namespace
}  // namespace voyages::http::client
