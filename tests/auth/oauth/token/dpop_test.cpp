#include "auth/oauth/token/dpop.h"

#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

struct Dpop : testing::Test {
  Answer redeem(const http::Headers& headers) {
    return provider.redeem(client, provider.give_code(client), {}, headers);
  }
  // What a proof with this one claim changed is answered.
  std::string outcome(std::string_view name, const json::value& value) {
    auto claims = key.claims("POST", "/oauth/token");
    value.is_null() ? (void)claims.erase(name) : (void)(claims[name] = value);
    return outcome(key.sign(key.header(), claims));
  }
  std::string header_outcome(std::string_view name, const json::value& value) {
    auto header = key.header();
    value.is_null() ? (void)header.erase(name) : (void)(header[name] = value);
    return outcome(key.sign(header, key.claims("POST", "/oauth/token")));
  }
  std::string text_outcome(std::string_view name, std::string_view text) { return outcome(name, json::value(text)); }
  std::string outcome(std::string proof) {
    const auto answer = redeem(ProofKey::field(std::move(proof)));
    return answer.status == 200 ? "given" : refusal(answer);
  }

  Provider provider;
  TestClient client = add_app(provider.scenario);
  ProofKey key{provider.scenario};
  std::string token_uri = provider.scenario.app().get<auth::Auth>().options.public_url + "/oauth/token";
  static constexpr std::string_view refused = "400 invalid_dpop_proof";
};

TEST_F(Dpop, BindsTheAccessTokenToTheKey) {
  const auto answer = redeem(key.for_token());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("token_type"), "DPoP");
  const auto claims = jwt_claims(provider.scenario, answer.text("access_token"));
  EXPECT_EQ(claims.at("cnf").at("jkt").as_string(), key.thumbprint());
}

TEST_F(Dpop, TakesKeysOfEachAlgorithmAndNoOther) {
  using crypto::Algorithm;
  for (const auto algorithm : {Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256}) {
    EXPECT_EQ(redeem(ProofKey(provider.scenario, algorithm).for_token()).status, 200) << crypto::to_string(algorithm);
  }
  // A symmetric key in the open proves nothing.
  const auto bytes = crypto::random_bytes(32);
  const json::object oct{{"kty", "oct"}, {"k", to_base64url(bytes)}};
  const auto symmetric = crypto::Jwk::parse(oct).value();
  const json::object header{{"typ", "dpop+jwt"}, {"alg", "HS256"}, {"jwk", oct}};
  auto proof =
      to_base64url(json::serialize(header)) + '.' + to_base64url(json::serialize(key.claims("POST", "/oauth/token")));
  const auto mac = symmetric.sign(proof);
  EXPECT_EQ(outcome(proof + '.' + to_base64url(mac)), refused);
  EXPECT_EQ(outcome(proof + '.'), refused);
  EXPECT_EQ(header_outcome("alg", "none"), refused);
}

TEST_F(Dpop, RefusesAProofOfAnotherType) {
  EXPECT_EQ(header_outcome("typ", "JWT"), refused);
  EXPECT_EQ(header_outcome("typ", nullptr), refused);
}

TEST_F(Dpop, RefusesAKeyThatIsMissingOrPrivateOrNotTheSigners) {
  EXPECT_EQ(header_outcome("jwk", nullptr), refused);
  EXPECT_EQ(header_outcome("jwk", json::object()), refused);
  EXPECT_EQ(header_outcome("jwk", "text"), refused);
  const auto secret = json::parse(key.key().to_private_jwk().expose()).as_object();
  EXPECT_EQ(header_outcome("jwk", secret), refused);
  EXPECT_EQ(header_outcome("jwk", ProofKey(provider.scenario).key().to_public_jwk()), refused);
}

TEST_F(Dpop, RefusesAProofForAnotherMethod) {
  EXPECT_EQ(outcome("htm", "GET"), refused);
  EXPECT_EQ(outcome("htm", "post"), refused);  // RFC 9110 §9.1: methods have case
  EXPECT_EQ(outcome("htm", nullptr), refused);
}

TEST_F(Dpop, ComparesTheAddressNormalisedAndWithoutItsQuery) {
  EXPECT_EQ(text_outcome("htu", token_uri + "?x=1#y"), "given");
  auto shouted = token_uri;
  for (std::size_t i = 0; i < shouted.find('/', 8); ++i) shouted[i] = static_cast<char>(std::toupper(shouted[i]));
  EXPECT_EQ(text_outcome("htu", shouted), "given");
  EXPECT_EQ(text_outcome("htu", token_uri.substr(0, token_uri.size() - 1) + "%6E"), "given");
  for (const std::string& htu : {token_uri + "/", token_uri + "2", std::string("https://evil.example/oauth/token"),
                                 std::string("/oauth/token"), std::string("not an address"), std::string()}) {
    EXPECT_EQ(text_outcome("htu", htu), refused) << htu;
  }
  EXPECT_EQ(outcome("htu", nullptr), refused);
}

TEST_F(Dpop, RefusesAProofThatIsTooOldOrFromTheFuture) {
  const auto now = to_epoch_s(provider.scenario.clock().now());
  EXPECT_EQ(outcome("iat", now - 60), "given");
  EXPECT_EQ(outcome("iat", now - 61), refused);
  EXPECT_EQ(outcome("iat", now + 60), "given");
  EXPECT_EQ(outcome("iat", now + 61), refused);
  for (const json::value& iat :
       {json::value(std::numeric_limits<std::int64_t>::min()), json::value(std::numeric_limits<std::int64_t>::max()),
        json::value(1e300), json::value("now"), json::value(nullptr)}) {
    EXPECT_EQ(outcome("iat", iat), refused) << iat;
  }
}

TEST_F(Dpop, RefusesAProofThatWasUsedForAsLongAsItIsFresh) {
  const auto proof = key.sign(key.header(), key.claims("POST", "/oauth/token"));
  EXPECT_EQ(outcome(proof), "given");
  EXPECT_EQ(outcome(proof), refused);
  provider.scenario.clock().advance(60s);
  EXPECT_EQ(outcome(proof), refused);
  // Another key may use the same `jti`.
  const ProofKey other(provider.scenario);
  auto claims = other.claims("POST", "/oauth/token");
  claims["jti"] = "1";
  EXPECT_EQ(outcome(other.sign(other.header(), claims)), "given");
  EXPECT_EQ(outcome("jti", "1"), "given");
}

TEST_F(Dpop, RefusesAProofFromTheFutureThatComesBackLater) {
  auto claims = key.claims("POST", "/oauth/token");
  claims["iat"] = to_epoch_s(provider.scenario.clock().now()) + 60;
  const auto proof = key.sign(key.header(), claims);
  EXPECT_EQ(outcome(proof), "given");
  provider.scenario.clock().advance(120s);
  EXPECT_EQ(outcome(proof), refused);
}

TEST_F(Dpop, RefusesAProofWithoutAUsableId) {
  EXPECT_EQ(outcome("jti", nullptr), refused);
  EXPECT_EQ(outcome("jti", ""), refused);
  EXPECT_EQ(text_outcome("jti", std::string(513, 'x')), refused);
}

TEST_F(Dpop, RefusesTwoProofsAndWhatIsNone) {
  auto headers = key.for_token();
  headers.add("DPoP", key.sign(key.header(), key.claims("POST", "/oauth/token")));
  EXPECT_EQ(refusal(redeem(headers)), refused);
  for (const std::string text : {"", "x", "a.b.c", "e30.e30.e30"}) EXPECT_EQ(outcome(text), refused) << text;
}

TEST_F(Dpop, IsNeededByAClientThatSaysSo) {
  auto bound = test_site();
  bound.dpop_bound_access_tokens = true;
  bound = add_client(provider.scenario, bound);
  const auto code = provider.give_code(bound);
  EXPECT_EQ(refusal(provider.redeem(bound, code)), refused);
  EXPECT_EQ(provider.redeem(bound, code, {}, key.for_token()).status, 200);
}

TEST_F(Dpop, FetchesACodeOnlyWithTheKeyThatItWasAskedForWith) {
  auto allowed = provider.allowed(client);
  allowed.dpop_jkt = key.thumbprint();
  EXPECT_EQ(provider.redeem(client, provider.give(allowed), {}, key.for_token()).status, 200);
  EXPECT_EQ(refusal(provider.redeem(client, provider.give(allowed))), "400 invalid_grant");
  const ProofKey other(provider.scenario);
  const auto code = provider.give(allowed);
  EXPECT_EQ(refusal(provider.redeem(client, code, {}, other.for_token())), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.redeem(client, code, {}, key.for_token())), "400 invalid_grant");  // used up
}

TEST_F(Dpop, BindsThePublicClientsRefreshTokenToTheKey) {
  const auto token = redeem(key.for_token()).text("refresh_token");
  const ProofKey other(provider.scenario);
  EXPECT_EQ(refusal(provider.refresh(client, token)), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, token, {}, other.for_token())), "400 invalid_grant");
  const auto next = provider.refresh(client, token, {}, key.for_token());
  ASSERT_EQ(next.status, 200);
  // Within the grace, the same key gets the same answer.
  EXPECT_EQ(provider.refresh(client, token, {}, key.for_token()).text("refresh_token"), next.text("refresh_token"));
  EXPECT_EQ(refusal(provider.refresh(client, token, {}, other.for_token())), "400 invalid_grant");
  EXPECT_EQ(provider.refresh(client, next.text("refresh_token"), {}, key.for_token()).status, 200);
}

TEST_F(Dpop, LetsAConfidentialClientChangeItsKey) {
  const auto site = add_site(provider.scenario);
  const auto first = provider.redeem(site, provider.give_code(site), {}, key.for_token());
  const ProofKey other(provider.scenario);
  const auto second = provider.refresh(site, first.text("refresh_token"), {}, other.for_token());
  ASSERT_EQ(second.status, 200);
  const auto claims = jwt_claims(provider.scenario, second.text("access_token"));
  EXPECT_EQ(claims.at("cnf").at("jkt").as_string(), other.thumbprint());
}

TEST_F(Dpop, OpensUserinfoWithTheKeyAlone) {
  const auto token = redeem(key.for_token()).text("access_token");
  EXPECT_EQ(userinfo_with(provider.scenario, key.for_userinfo(token)).text("sub"), provider.user_id);
  const auto as_bearer = provider.userinfo(token);
  EXPECT_EQ(refusal(as_bearer), "401 invalid_token");
  http::Headers without_proof;
  without_proof.add("Authorization", "DPoP " + token);
  EXPECT_EQ(refusal(userinfo_with(provider.scenario, without_proof)), "401 invalid_dpop_proof");
  const ProofKey other(provider.scenario);
  EXPECT_EQ(refusal(userinfo_with(provider.scenario, other.for_userinfo(token))), "401 invalid_dpop_proof");
  // RFC 9449 §7.1: a bearer token does not come by this scheme.
  const auto bearer = provider.sign_in(client).text("access_token");
  EXPECT_EQ(refusal(userinfo_with(provider.scenario, key.for_userinfo(bearer))), "401 invalid_token");
}

TEST_F(Dpop, NamesTheSchemeAndTheErrorInTheChallenge) {
  const auto token = redeem(key.for_token()).text("access_token");
  auto claims = key.claims("GET", "/oauth/userinfo", "another token");
  auto headers = ProofKey::field(key.sign(key.header(), claims));
  headers.add("Authorization", "DPoP " + token);
  const auto answer = userinfo_with(provider.scenario, headers);
  EXPECT_EQ(refusal(answer), "401 invalid_dpop_proof");
  std::string challenges;
  for (const auto& field : answer.headers) {
    if (field.name == "WWW-Authenticate") challenges += field.value + '\n';
  }
  EXPECT_NE(challenges.find(R"(DPoP algs="ES256 EdDSA RS256", error="invalid_dpop_proof")"), std::string::npos)
      << challenges;
}

TEST_F(Dpop, RefusesAProofThatUserinfoHasSeen) {
  const auto token = redeem(key.for_token()).text("access_token");
  const auto headers = key.for_userinfo(token);
  EXPECT_EQ(userinfo_with(provider.scenario, headers).status, 200);
  EXPECT_EQ(refusal(userinfo_with(provider.scenario, headers)), "401 invalid_dpop_proof");
}

TEST_F(Dpop, RemembersNoProofOfWhoHasNothingToTrade) {
  const std::string nothing(crypto::new_token(provider.scenario.clock().now()).text.expose());
  const auto stranger = add_app(provider.scenario);
  const auto token = redeem({}).text("refresh_token");
  EXPECT_EQ(refusal(provider.redeem(client, nothing, {}, key.for_token())), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(client, nothing, {}, key.for_token())), "400 invalid_grant");
  EXPECT_EQ(refusal(provider.refresh(stranger, token, {}, key.for_token())), "400 invalid_grant");
  const Parameters device{{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", nothing}};
  EXPECT_EQ(refusal(provider.token(client, device, key.for_token())), "400 invalid_grant");
  const auto pushed = ProofKey::field(key.sign(key.header(), key.claims("POST", "/oauth/par")));
  const auto unsound = authorization_request(client, {{"code_challenge", ""}});
  EXPECT_EQ(refusal(call_as(provider.scenario, client, "/oauth/par", unsound, pushed)), "400 invalid_request");
  for (const auto& [item, rest] : provider.scenario.stored_items()) EXPECT_FALSE(item.starts_with("DPOP#")) << item;
}

TEST_F(Dpop, RefusesAProofThatAnotherGrantHasSeen) {
  const auto proof = key.for_token();
  EXPECT_EQ(redeem(proof).status, 200);
  EXPECT_EQ(refusal(redeem(proof)), refused);
  const auto bound = redeem(key.for_token()).text("refresh_token");
  EXPECT_EQ(refusal(provider.refresh(client, bound, {}, proof)), refused);
  EXPECT_EQ(provider.refresh(client, bound, {}, key.for_token()).status, 200);  // it was not used up
  const auto site = add_site(provider.scenario);
  EXPECT_EQ(refusal(provider.token(site, {{"grant_type", "client_credentials"}}, proof)), refused);
  const auto begun = call_as(provider.scenario, client, "/oauth/device_authorization", {{"scope", "openid"}});
  provider.browser.post("/oauth/device/decision", {{"user_code", begun.text("user_code")}, {"allow", true}});
  const Parameters device{{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                          {"device_code", begun.text("device_code")}};
  EXPECT_EQ(refusal(provider.token(client, device, proof)), refused);
  EXPECT_EQ(provider.token(client, device, key.for_token()).status, 200);
}

TEST_F(Dpop, WritesOnlyWhereARequestMayWait) {
  http::Request request{.method = http::Method::get, .target = "/oauth/userinfo"};
  EXPECT_EQ(provider.scenario.app().front_door().lane(request), http::Lane::quick);
  request.headers.add("dpop", "x");
  EXPECT_EQ(provider.scenario.app().front_door().lane(request), http::Lane::blocking);
}

}  // namespace
}  // namespace voyages::tests
