#include "auth/oauth/authorize/form_post.h"

#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

// A signed-in browser, and a client that needs no consent.
class FormPost : public ::testing::Test {
 protected:
  FormPost() {
    scenario.register_user("ada@example.com");
    browser.sign_in("ada@example.com");
  }

  Scenario scenario;
  Browser browser{scenario};
  TestClient client = add_client(scenario);
};

TEST_F(FormPost, PostsTheAnswerAsAFormWhereAsked) {
  const auto response = authorize(browser, client, {{"response_mode", "form_post"}, {"state", R"("><script>'&)"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  const auto policy = response.headers.get("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string_view::npos);
  EXPECT_EQ(policy.find("unsafe-inline"), std::string_view::npos);
  const auto html = response.content();
  EXPECT_NE(html.find(R"(<form method="post" action="https://site.example/callback">)"), std::string_view::npos);
  EXPECT_NE(html.find(R"(name="state" value="&quot;&gt;&lt;script&gt;&#39;&amp;")"), std::string_view::npos) << html;
  EXPECT_NE(html.find(R"(name="code")"), std::string_view::npos);
  EXPECT_NE(html.find(R"(name="iss")"), std::string_view::npos);
  EXPECT_NE(html.find("<button "), std::string_view::npos);
  EXPECT_NE(html.find("sent to <strong>site.example</strong>"), std::string_view::npos);
  EXPECT_EQ(html.find("{{"), std::string_view::npos);
  EXPECT_EQ(html.find("style="), std::string_view::npos);

  const auto refused = authorize(browser, client, {{"response_mode", "form_post"}, {"scope", "no\"scope"}});
  EXPECT_NE(refused.content().find(R"(name="error" value="invalid_scope")"), std::string_view::npos);
}

TEST_F(FormPost, PostsTheAnswerOnAPageInTheLanguageOfItsReader) {
  const auto language = [&](std::string_view ui_locales, std::string_view accept_language) {
    http::Request request{.target = "/oauth/authorize?" + auth::oauth::form_encode(authorization_request(
                                                              client, {{"response_mode", "form_post"},
                                                                       {"ui_locales", std::string(ui_locales)}}))};
    request.headers.add("Accept-Language", std::string(accept_language));
    const auto html = std::string(browser.send(request).content());
    const auto at = html.find("lang=\"") + 6;
    return html.substr(at, html.find('"', at) - at);
  };
  EXPECT_EQ(language("", ""), "en");
  EXPECT_EQ(language("", "de-AT,de;q=0.9,en;q=0.8"), "de");
  EXPECT_EQ(language("fr-CA de en", "en"), "de");
  EXPECT_EQ(language("fr", "it, de;q=0.1, en;q=0.3"), "en");
  EXPECT_EQ(language("{{host}}", "\"><script>"), "en");
}

TEST_F(FormPost, PostsWhatLooksLikeAPlaceOnThePageAsItCame) {
  const auto response = authorize(browser, client, {{"response_mode", "form_post"}, {"state", "{{action}}{{"}});
  EXPECT_NE(response.content().find("value=\"{{action}}{{\""), std::string_view::npos) << response.content();
}

// Chromium applies `form-action` to redirects too, and a policy cannot name the host [::1].
TEST_F(FormPost, LetsTheFormsAnswerRedirectAnywhereAndLeadToIpv6) {
  auto app = test_client("A command line");
  app.redirect_uris = {"http://[::1]/callback"};
  const auto response = authorize(browser, add_client(scenario, app),
                                  {{"response_mode", "form_post"}, {"redirect_uri", "http://[::1]:49152/callback"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Security-Policy").find("form-action"), std::string_view::npos);
  EXPECT_NE(response.content().find(R"(action="http://[::1]:49152/callback")"), std::string_view::npos);
}

}  // namespace
}  // namespace voyages::tests
