// Items as they stand in tables that are in use: what is stored by one version is read by the next.
#include <gtest/gtest.h>

#include "auth/oauth/authorize/authorization_code.h"
#include "auth/oauth/authorize/consent.h"
#include "auth/oauth/clients/client.h"
#include "auth/session.h"
#include "auth/user.h"
#include "email/record.h"
#include "email/suppression.h"

namespace voyages::tests {
namespace {

using store::Attributes;
using store::Bytes;
using store::Item;
using Texts = std::vector<std::string>;

constexpr std::int64_t at_ms = 1'790'000'000'123;
const Time at = from_ms(at_ms);
const std::string id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

TEST(StoredItems, OfAUserStayTheSame) {
  Item item{{"USER#" + id, "PROFILE"},
            {{"email", "Ada@example.com"},
             {"email_normalised", "ada@example.com"},
             {"name", ""},
             {"password_hash", "$argon2id$"},
             {"roles", Texts{"owner"}},
             {"reset_token_id", ""},
             {"verify_token_id", "v"},
             {"created_at", at_ms},
             {"updated_at", at_ms},
             {"email_verified_at", at_ms}},
            store::IndexKey{"USERS", id}};
  const auto user = auth::to_user(item);
  EXPECT_EQ(user.id, id);
  EXPECT_EQ(user.email, "ada@example.com");  // what older versions kept as it was typed
  EXPECT_EQ(user.roles, Texts{"owner"});
  EXPECT_EQ(user.email_verified_at, at);
  EXPECT_EQ(user.disabled_at, std::nullopt);
  EXPECT_EQ(user.version, 0);
  item.attributes["email"] = "ada@example.com";
  EXPECT_EQ(auth::to_item(user), item);
  item.attributes["version"] = 3;
  EXPECT_EQ(auth::to_user(item).version, 3);
}

TEST(StoredItems, OfAClientStayTheSame) {
  Item item{{"CLIENT#" + id, "CLIENT"},
            {{"client_name", "Gallery"},
             {"client_uri", ""},
             {"logo_uri", ""},
             {"token_endpoint_auth_method", "none"},
             {"secret_hash", Bytes{}},
             {"redirect_uris", Texts{"https://gallery.example.com/callback"}},
             {"post_logout_redirect_uris", Texts{}},
             {"backchannel_logout_uri", ""},
             {"grant_types", Texts{"authorization_code"}},
             {"scopes", Texts{"openid"}},
             {"resources", Texts{}},
             {"id_token_signed_response_alg", "EdDSA"},
             {"id_token_claims", "always"},
             {"first_party", true},
             {"require_pushed_authorization_requests", false},
             {"dpop_bound_access_tokens", true},
             {"require_pkce", true},
             {"registered_by_itself", false},
             {"created_at", at_ms},
             {"updated_at", at_ms}},
            store::IndexKey{"CLIENTS", id},
            from_epoch_s(5)};
  EXPECT_EQ(auth::oauth::to_item(auth::oauth::to_client(item)), item);
  item.attributes["secret_hash"] = Bytes{"\xff"};
  item.attributes["registration_token_hash"] = Bytes{std::string("\0", 1)};
  item.attributes["disabled_at"] = at_ms;
  const auto client = auth::oauth::to_client(item);
  EXPECT_EQ(client.client_id, id);
  EXPECT_EQ(client.secret_hash, "\xff");
  EXPECT_EQ(client.registration_token_hash, std::string("\0", 1));
  EXPECT_EQ(client.disabled_at, at);
  EXPECT_EQ(client.expires_at, from_epoch_s(5));
  EXPECT_EQ(client.id_token_signed_response_alg, "EdDSA");
  EXPECT_EQ(auth::oauth::to_item(client), item);
}

TEST(StoredItems, OfAConsentStayTheSame) {
  const Item item{{"USER#u", "CONSENT#" + id},
                  {{"client_name", "Gallery"},
                   {"client_uri", "https://gallery.example.com"},
                   {"scope", "openid email"},
                   {"resources", Texts{"https://api.example.com"}},
                   {"granted_at", at_ms}}};
  const auto consent = auth::oauth::to_consent(item);
  EXPECT_EQ(consent.client_id, id);
  EXPECT_EQ(consent.granted_at, at);
  EXPECT_EQ(auth::oauth::to_item("u", consent), item);
}

TEST(StoredItems, OfAnAuthorizationCodeStayTheSame) {
  const Attributes attributes{{"client_id", id},
                              {"user_id", "u"},
                              {"session_id", "s"},
                              {"session_ends_at", at_ms},
                              {"redirect_uri", "https://gallery.example.com/callback"},
                              {"code_challenge", "c"},
                              {"scope", "openid"},
                              {"resources", Texts{}},
                              {"nonce", ""},
                              {"dpop_jkt", ""},
                              {"id_token_claims", Texts{"email"}},
                              {"auth_time", at_ms},
                              {"amr", Texts{"pwd"}},
                              {"made_at", at_ms}};
  const auto code = auth::oauth::to_code({{"TOKEN#t", "CODE"}, attributes});
  EXPECT_EQ(code.session_ends_at, at);
  EXPECT_EQ(code.amr, Texts{"pwd"});
  auto made = auth::oauth::new_code(code, at).put.item;
  EXPECT_EQ(made.attributes.erase("secret_hash"), 1U);
  EXPECT_EQ(made.attributes, attributes);
}

TEST(StoredItems, OfARefreshTokenStayTheSame) {
  Attributes attributes{{"user_id", "u"},           {"session_id", "s"},       {"email", "ada@example.com"},
                        {"email_verified", true},   {"roles", Texts{"owner"}}, {"session_version", 2},
                        {"session_ends_at", at_ms}, {"last_seen_at", at_ms},   {"secret_hash", Bytes{"h"}},
                        {"created_at", at_ms}};
  const auto stored_anew = [](const Attributes& old) {
    const crypto::OpaqueToken token{.id = "t", .text = {}, .secret_hash = "h"};
    return auth::refresh_item({}, token, auth::to_claims({{"TOKEN#t", "REFRESH"}, old}), at).attributes;
  };
  EXPECT_EQ(stored_anew(attributes), attributes);
  attributes.merge(Attributes{
      {"client_id", id}, {"scope", "openid"}, {"resources", Texts{}}, {"auth_time", at_ms}, {"amr", Texts{"pwd"}}});
  EXPECT_EQ(stored_anew(attributes), attributes);
  attributes.merge(Attributes{{"dpop_jkt", "j"}, {"id_token_claims", Texts{"email"}}, {"unasked", true}});
  EXPECT_EQ(stored_anew(attributes), attributes);
}

TEST(StoredItems, OfABadAddressCountAsUnverified) {
  const std::pair<const char*, const char*> bad[] = {
      {"eve@pay.example\nother.example", "eve@pay.exampleother.example"},
      {"eve@my_shop.example", "eve@myshop.example"},
      {"eve@[192.0.2.7]", "eve@192.0.2.7"},
      {"e\u200Bve@pay.example", "e\u200Bve@pay.example"},
  };
  for (const auto& [typed, normalised] : bad) {
    const Item item{{"USER#" + id, "PROFILE"},
                    {{"email", typed}, {"email_normalised", normalised}, {"email_verified_at", at_ms}},
                    store::IndexKey{"USERS", id}};
    const auto user = auth::to_user(item);
    EXPECT_EQ(user.email, normalised);
    EXPECT_EQ(user.email_verified_at, std::nullopt) << typed;
    const Item token{{"TOKEN#t", "REFRESH"},
                     {{"user_id", id}, {"session_id", id}, {"email", typed}, {"email_verified", true}}};
    const auto claims = auth::to_claims(token);
    EXPECT_EQ(claims.email, "") << typed;
    EXPECT_FALSE(claims.email_verified) << typed;
  }
}

TEST(StoredItems, OfAMailStayTheSame) {
  Item item{{"MAIL#" + id, "MAIL"},
            {{"to", "Ada@example.com"},
             {"to_normalised", "ada@example.com"},
             {"template", "announcement"},
             {"locale", "de"},
             {"message_id", id + "@example.com"},
             {"limited", true},
             {"caller", ""},
             {"status", "RETRYING"},
             {"attempts", 2},
             {"created_at", at_ms},
             {"date", at_ms},
             {"due_at", at_ms},
             {"events", Texts{R"({"at":1790000000123,"name":"queued","detail":""})"}}},
            store::IndexKey{"MAIL#RETRYING", id}};
  // A mail of before there were classes gets one when it is written again.
  auto anew = item;
  anew.attributes["class"] = "TRANSACTIONAL";
  EXPECT_EQ(email::to_item(email::to_record(item), at), anew);
  item = anew;
  item.attributes["params"] = Bytes{"\xff"};
  item.attributes["sent_at"] = at_ms;
  item.attributes["attachments"] = Texts{R"({"filename":"a.txt","content_type":"text/plain","blob":"mail/1/0"})"};
  const auto record = email::to_record(item);
  EXPECT_EQ(record.id, id);
  EXPECT_EQ(record.status, email::Status::retrying);
  EXPECT_EQ(record.sealed_params, "\xff");
  EXPECT_EQ(record.template_name, "announcement");
  EXPECT_EQ(record.attachments.at(0).blob, "mail/1/0");
  EXPECT_EQ(record.events, (std::vector<email::Event>{{at, "queued", ""}}));
  EXPECT_EQ(email::to_item(record, at), item);
}

TEST(StoredItems, OfASuppressionStayTheSame) {
  const auto suppression = email::to_suppression(
      {{"MAIL#SUPPRESSED#ada@example.com", "BULK"},
       {{"email", "ada@example.com"}, {"stream", "BULK"}, {"reason", "COMPLAINT"}, {"created_at", at_ms}}});
  EXPECT_EQ(suppression.stream, email::Stream::bulk);
  EXPECT_EQ(suppression.reason, "COMPLAINT");
  EXPECT_EQ(suppression.created_at, at);
}

}  // namespace
}  // namespace voyages::tests
