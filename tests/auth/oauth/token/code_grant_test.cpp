#include <atomic>
#include <thread>

#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/token/grants.h"
#include "tests/auth/oauth/racing_table.h"
#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view answer_fields[] = {"access_token",  "expires_in", "id_token",
                                              "refresh_token", "scope",      "token_type"};

std::vector<std::string> names_of(const boost::json::object& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object) names.emplace_back(name);
  std::ranges::sort(names);
  return names;
}

TEST(CodeGrant, GivesTheTokensThatThePersonAllowed) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto answer = provider.redeem(client, provider.give_code(client));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(names_of(answer.body.as_object()),
            std::vector<std::string>(std::begin(answer_fields), std::end(answer_fields)));
  EXPECT_EQ(answer.text("token_type"), "Bearer");
  EXPECT_EQ(answer.text("scope"), "openid profile email");
  EXPECT_EQ(answer.body.at("expires_in").as_int64(), 900);
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(provider.userinfo(answer.text("access_token")).text("sub"), provider.user_id);
}

TEST(CodeGrant, SaysInTheAccessTokenWhatTheScopeOpens) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto claims = jwt_claims(provider.scenario, provider.sign_in(client, "openid").text("access_token"));
  EXPECT_EQ(text_of(claims, "client_id"), client.client_id);
  EXPECT_EQ(text_of(claims, "sub"), provider.user_id);
  EXPECT_EQ(text_of(claims, "scope"), "openid");
  EXPECT_EQ(text_of(claims, "aud"), provider.scenario.app().get<auth::Auth>().access_tokens.issuer());
  EXPECT_FALSE(claims.contains("email"));
  EXPECT_FALSE(claims.contains("roles"));
  provider.scenario.owner_token();
  claims = jwt_claims(provider.scenario, provider.sign_in(client, "openid email").text("access_token"));
  EXPECT_EQ(text_of(claims, "email"), ada);
  EXPECT_FALSE(claims.at("email_verified").as_bool());
}

TEST(CodeGrant, SaysInTheIdTokenWhoSignedInWhenAndHow) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.auth_time = provider.scenario.clock().now() - 100s;
  allowed.amr = {"fed"};
  const auto answer = provider.redeem(client, provider.give(allowed));
  const auto claims = jwt_claims(provider.scenario, answer.text("id_token"));
  const auto now = to_epoch_s(provider.scenario.clock().now());
  EXPECT_EQ(text_of(claims, "iss"), provider.scenario.app().get<auth::Auth>().access_tokens.issuer());
  EXPECT_EQ(text_of(claims, "sub"), provider.user_id);
  EXPECT_EQ(text_of(claims, "aud"), client.client_id);
  EXPECT_EQ(text_of(claims, "nonce"), "n-0S6_WzA2Mj");
  EXPECT_EQ(claims.at("iat").as_int64(), now);
  EXPECT_EQ(claims.at("exp").as_int64(), now + 900);
  EXPECT_EQ(claims.at("auth_time").as_int64(), now - 100);
  EXPECT_EQ(text_of(claims, "acr"), "fed");
  EXPECT_EQ(claims.at("amr"), boost::json::array{"fed"});
  EXPECT_EQ(text_of(claims, "sid"), text_of(jwt_claims(provider.scenario, answer.text("access_token")), "sid"));
  EXPECT_NE(text_of(claims, "sid"), provider.session_id);
  EXPECT_FALSE(claims.contains("roles"));  // whose scope was not asked for
}

TEST(CodeGrant, SignsTheIdTokenByTheAlgorithmThatTheClientWants) {
  Provider provider;
  for (const std::string algorithm : {"RS256", "ES256", "EdDSA"}) {
    auto client = test_site();
    client.id_token_signed_response_alg = algorithm;
    client = add_client(provider.scenario, client);
    const auto answer = provider.sign_in(client);
    const auto id_token = answer.text("id_token");
    EXPECT_EQ(crypto::parse_jws(id_token).value().text("alg"), algorithm);
    // OpenID Connect Core §3.1.3.6.
    const auto access_token = answer.text("access_token");
    const auto hash = algorithm == "EdDSA" ? crypto::sha512(access_token) : crypto::sha256(access_token);
    EXPECT_EQ(text_of(jwt_claims(provider.scenario, id_token), "at_hash"),
              to_base64url(hash.substr(0, hash.size() / 2)));
  }
}

TEST(CodeGrant, TellsInTheIdTokenWhatTheScopesOpenAsTheClientIsSet) {
  Provider provider;
  auto client = add_site(provider.scenario);
  const auto emails = [&](const std::string& when, const std::string& scope) {
    client.id_token_claims = when;
    client = add_client(provider.scenario, client);
    const auto answer = provider.sign_in(client, scope);
    std::vector<std::string> told;
    for (const auto& token : {answer, provider.refresh(client, answer.text("refresh_token"))}) {
      told.push_back(text_of(jwt_claims(provider.scenario, token.text("id_token")), "email"));
    }
    return told;
  };
  const std::string email(ada);
  using Two = std::vector<std::string>;
  EXPECT_EQ(emails("sign_in", "openid email"), (Two{email, ""}));
  EXPECT_EQ(emails("", "openid email"), (Two{email, ""}));  // kept by a version that had no setting
  EXPECT_EQ(emails("always", "openid email"), (Two{email, email}));
  EXPECT_EQ(emails("none", "openid email"), (Two{"", ""}));
  EXPECT_EQ(emails("always", "openid"), (Two{"", ""}));
  const auto claims = jwt_claims(provider.scenario, provider.sign_in(client, "openid roles").text("id_token"));
  ASSERT_TRUE(claims.contains("groups"));
  EXPECT_EQ(claims.at("groups"), claims.at("roles"));
}

TEST(CodeGrant, PutsTheClaimsIntoTheIdTokenThatWereAskedForThere) {
  Provider provider;
  auto client = add_site(provider.scenario);
  client.id_token_claims = "none";
  client = add_client(provider.scenario, client);
  auto allowed = provider.allowed(client);
  allowed.id_token_claims = {"email", "updated_at", "sub"};
  const auto answer = provider.redeem(client, provider.give(allowed));
  for (const auto& token : {answer, provider.refresh(client, answer.text("refresh_token"))}) {
    const auto claims = jwt_claims(provider.scenario, token.text("id_token"));
    EXPECT_EQ(text_of(claims, "email"), ada);
    EXPECT_TRUE(claims.contains("updated_at"));
    EXPECT_FALSE(claims.contains("email_verified"));
    EXPECT_EQ(text_of(claims, "sub"), provider.user_id);
  }
}

TEST(CodeGrant, GivesNoIdTokenWithoutTheScopeOpenid) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto answer = provider.sign_in(client, "email");
  ASSERT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.body.as_object().contains("id_token"));
}

TEST(CodeGrant, IsForTheResourcesOfTheRequestAndForUserinfo) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  auto allowed = provider.allowed(client);
  allowed.resources = {"https://api.example", "https://files.example"};
  const auto issuer = provider.scenario.app().get<auth::Auth>().access_tokens.issuer();
  auto claims = jwt_claims(provider.scenario, provider.redeem(client, provider.give(allowed)).text("access_token"));
  EXPECT_EQ(claims.at("aud"), (boost::json::array{"https://api.example", "https://files.example", issuer}));
  const auto one =
      provider.redeem(client, provider.give(allowed), {{"resource", "https://files.example"}}).text("access_token");
  EXPECT_EQ(jwt_claims(provider.scenario, one).at("aud"), (boost::json::array{"https://files.example", issuer}));
  EXPECT_EQ(provider.userinfo(one).status, 200);
  allowed.scope = "email";
  claims = jwt_claims(provider.scenario, provider.redeem(client, provider.give(allowed)).text("access_token"));
  EXPECT_EQ(claims.at("aud"), (boost::json::array{"https://api.example", "https://files.example"}));
}

TEST(CodeGrant, RefusesAnExpiredCode) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  provider.scenario.clock().advance(60s);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
}

TEST(CodeGrant, EndsWithTheBrowsersSession) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto answer = provider.sign_in(client);
  const auto offline = provider.sign_in(client, "openid offline_access");
  EXPECT_EQ(provider.browser.call(http::Method::post, "/auth/logout").status, 204);
  EXPECT_EQ(refusal(provider.refresh(client, answer.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(answer.text("access_token")).status, 401);
  EXPECT_EQ(provider.refresh(client, offline.text("refresh_token")).status, 200);
  EXPECT_EQ(provider.userinfo(offline.text("access_token")).status, 200);
}

TEST(CodeGrant, RefusesACodeOfABrowsersSessionThatHasEnded) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  EXPECT_EQ(provider.browser.call(http::Method::post, "/auth/logout").status, 204);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
}

TEST(CodeGrant, RefusesACodeOfASiteThatTheUserHasDisconnectedSince) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  ASSERT_TRUE(client.first_party);
  const auto code = provider.give_code(client);
  EXPECT_EQ(provider.browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
  provider.scenario.clock().advance(1ms);
  EXPECT_EQ(provider.redeem(client, provider.give_code(client)).status, 200);
  // What kept it is forgotten once no code or device can be left.
  provider.scenario.clock().advance(10min);
  EXPECT_FALSE(
      get(provider.scenario.table(), auth::oauth::revoked_key(provider.user_id, client.client_id)).has_value());
}

TEST(CodeGrant, RefusesACodeOfASiteThatTheUserDisconnectsAtThisVeryMoment) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto form = auth::oauth::Form::parse(auth::oauth::form_encode(code_grant(client, provider.give_code(client))));
  RacingTable table(provider.scenario.table(), [&] {
    EXPECT_EQ(provider.browser.call(http::Method::del, "/auth/consents/" + client.client_id).status, 204);
  });
  auto auth = over(table, provider.scenario.app().get<auth::Auth>());
  const http::Context context{.now = provider.scenario.clock().now()};
  const auto answer =
      auth::oauth::grant_by_code(auth, {.client = client, .form = *form, .proof = {}, .context = context});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error, "invalid_grant");
  EXPECT_TRUE(provider.browser.call(http::Method::get, "/auth/consents").body.at("items").as_array().empty());
}

TEST(CodeGrant, RefusesACodeOfADisabledUser) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  const auto owner = provider.scenario.owner_token();
  const auto answer = provider.scenario.patch("/admin/users/" + provider.user_id, {{"disabled", true}}, owner);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
}

TEST(CodeGrant, EndsTheSessionOfACodeThatComesBackAndMailsNothing) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  const auto first = provider.redeem(client, code);
  const auto other = provider.sign_in(client);
  provider.scenario.clock().advance(10min);
  EXPECT_EQ(refusal(provider.redeem(client, code)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, first.text("refresh_token"))), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(first.text("access_token")).status, 401);
  EXPECT_EQ(provider.refresh(client, other.text("refresh_token")).status, 200);
  EXPECT_TRUE(provider.scenario.mails(ada, "session_revoked").empty());
  EXPECT_EQ(provider.browser.call(http::Method::get, "/auth/me").status, 200);
}

TEST(CodeGrant, EndsNoSessionWhenAnotherClientBringsAUsedCode) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto stranger = add_app(provider.scenario);
  const auto code = provider.give_code(client);
  const auto given = provider.redeem(client, code);
  EXPECT_EQ(refusal(provider.redeem(stranger, code)), "400 invalid_grant");
  EXPECT_EQ(provider.userinfo(given.text("access_token")).status, 200);
  EXPECT_EQ(provider.refresh(client, given.text("refresh_token")).status, 200);
}

TEST(CodeGrant, GivesTokensOnceWhenEightRedeemItAtOnce) {
  Provider provider;
  const auto client = add_site(provider.scenario);
  const auto code = provider.give_code(client);
  std::atomic<int> given = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { given += provider.redeem(client, code).status == 200 ? 1 : 0; });
    }
  }
  EXPECT_EQ(given, 1);
}

}  // namespace
}  // namespace voyages::tests
