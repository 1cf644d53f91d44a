#include "auth/oauth/clients/client_metadata.h"

#include <gtest/gtest.h>

#include "auth/settings.h"
#include "crypto/token.h"
#include "tests/auth/scenario.h"

namespace voyages::auth::oauth {
namespace {

const Time now = from_epoch_s(1'700'000'000);

ClientMetadata usual() {
  return {.client_name = "The gallery", .redirect_uris = std::vector<std::string>{"https://gallery.example/callback"}};
}

ClientMetadata with_redirect_uri(std::string uri, std::string_view method = auth_method::basic) {
  auto metadata = usual();
  metadata.redirect_uris = {std::move(uri)};
  metadata.token_endpoint_auth_method = std::string(method);
  return metadata;
}

/// The refused fields as `field:code`; empty when it was taken.
std::string faults(const ClientMetadata& metadata) {
  const auto made = new_client(metadata, now);
  if (made) return {};
  std::string list;
  for (const auto& fault : made.error().fields) list += (list.empty() ? "" : " ") + fault.field + ':' + fault.code;
  return list;
}

TEST(ClientMetadata, GivesAClientTheDefaultsThatMostNeed) {
  const auto made = new_client(usual(), now).value();
  EXPECT_TRUE(is_client_id(made.client.client_id));
  EXPECT_EQ(made.client.grant_types, (std::vector<std::string>{"authorization_code", "refresh_token"}));
  EXPECT_EQ(made.client.scopes, (std::vector<std::string>{"openid", "profile", "email", "offline_access"}));
  EXPECT_EQ(made.client.token_endpoint_auth_method, "client_secret_basic");
  EXPECT_EQ(made.client.id_token_signed_response_alg, "RS256");
  EXPECT_FALSE(made.client.first_party);
  EXPECT_FALSE(made.client.registered_by_itself);
}

TEST(ClientMetadata, MakesASecretOf256BitsAndKeepsItsHash) {
  const auto made = new_client(usual(), now).value();
  EXPECT_EQ(made.secret.expose().size(), 43U);
  EXPECT_EQ(made.client.secret_hash, crypto::sha256(made.secret.expose()));
  EXPECT_NE(new_client(usual(), now)->secret.expose(), made.secret.expose());
}

TEST(ClientMetadata, MakesNoSecretForAPublicClient) {
  auto metadata = usual();
  metadata.token_endpoint_auth_method = "none";
  const auto made = new_client(metadata, now).value();
  EXPECT_TRUE(made.secret.empty());
  EXPECT_TRUE(made.client.secret_hash.empty());
}

TEST(ClientMetadata, KeepsWhatItStored) {
  tests::Scenario scenario;
  auto metadata = usual();
  metadata.client_uri = "https://gallery.example/";
  metadata.backchannel_logout_uri = "https://gallery.example/logout";
  metadata.post_logout_redirect_uris = {"https://gallery.example/bye"};
  metadata.scope = "openid files:read";
  metadata.resources = {"https://api.example"};
  metadata.first_party = true;
  const auto made = add_client(scenario.table(), metadata, now).value();
  const auto found = find_client(scenario.table(), made.client.client_id).value();
  EXPECT_EQ(to_item(found), to_item(made.client));
  EXPECT_EQ(found.scopes, (std::vector<std::string>{"openid", "files:read"}));
}

TEST(ClientMetadata, TakesTheRedirectUrisThatClientsHave) {
  for (const auto* uri :
       {"https://a.example/cb", "https://a.example:8443/cb?x=1", "http://localhost:3000/cb", "http://127.0.0.1/cb",
        "http://[::1]:9/cb", "https://[2001:db8::1]/cb", "https://a.example:65535/cb"}) {
    EXPECT_EQ(faults(with_redirect_uri(uri)), "") << uri;
    EXPECT_EQ(faults(with_redirect_uri(uri, auth_method::none)), "") << uri;
  }
}

TEST(ClientMetadata, TakesASchemeOfItsOwnFromAPublicClientAlone) {
  for (const auto* uri : {"com.example.app:/callback", "com.example.app://callback"}) {
    EXPECT_EQ(faults(with_redirect_uri(uri, auth_method::none)), "") << uri;
    EXPECT_EQ(faults(with_redirect_uri(uri)), "redirect_uris[0]:invalid_redirect_uri") << uri;
  }
}

TEST(ClientMetadata, TakesASchemeWithoutADotFromAPublicClientWhereTheOperatorLetItIn) {
  const std::vector<std::string> schemes{"cursor"};
  const auto takes = [&](const std::string& uri, std::string_view method) {
    return new_client(with_redirect_uri(uri, method), now, schemes).has_value();
  };
  EXPECT_TRUE(takes("cursor://anysphere.cursor-retrieval/oauth/user-x/callback", auth_method::none));
  EXPECT_TRUE(takes("com.example.app:/callback", auth_method::none));
  EXPECT_FALSE(takes("cursor://callback", auth_method::basic));
  EXPECT_FALSE(takes("vscode://callback", auth_method::none));
  EXPECT_FALSE(takes("cursor://user@callback", auth_method::none));
  EXPECT_FALSE(takes("cursor://callback#fragment", auth_method::none));
  EXPECT_FALSE(takes("cursor://*", auth_method::none));
}

TEST(ClientMetadata, LetsNoSchemeInThatABrowserActsUpon) {
  for (const auto* scheme : {"cursor", "vscode-insiders", "com.example.app", "x+1"}) {
    EXPECT_TRUE(is_private_scheme(scheme)) << scheme;
  }
  for (const auto* scheme : {"", "javascript", "data", "file", "http", "https", "vbscript", "blob", "Cursor",
                             "cursor:", "cursor://", "1x"}) {
    EXPECT_FALSE(is_private_scheme(scheme)) << scheme;
  }
}

TEST(ClientMetadata, KeepsASchemeThatIsNoLongerLetIn) {
  auto client = new_client(with_redirect_uri("cursor://callback", auth_method::none), now, {"cursor"}).value().client;
  const auto changed = with_metadata(client, {.client_name = "Another"});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->redirect_uris, client.redirect_uris);
}

TEST(ClientMetadata, RefusesHostileRedirectUris) {
  const std::string uris[] = {
      "",
      "/callback",
      "//evil.example/cb",
      "callback",
      "javascript:alert(1)",
      "JavaScript:alert(1)",
      "java\tscript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "vbscript:x",
      "blob:https://a.example/x",
      "about:blank",
      "myapp:/callback",
      "ftp://a.example/cb",
      "ws://a.example/cb",
      "http://a.example/cb",
      "http://10.0.0.1/cb",
      "http://localhost.evil.example/cb",
      "http://127.0.0.1.evil.example/cb",
      "http://[::1].evil.example/cb",
      "http://localhost:80.evil.example/cb",
      "http://127.0.0.1@evil.example/cb",
      "http://0x7f000001/cb",
      "HTTPS://evil.example/cb",
      "Http://localhost/cb",
      "https://a.example:65536/cb",
      "https://a.example:99999999999999999999/cb",
      "http://localhost:0/cb",
      "https:///cb",
      "https:a.example/cb",
      "https://user@a.example/cb",
      "https://user:word@a.example/cb",
      "https://a.example/cb#fragment",
      "https://a.example/cb#",
      "https://*.a.example/cb",
      "https://a.example/*",
      "https://a.example\\@evil.example/cb",
      "https://a.example/cb\r\nSet-Cookie: x=y",
      "https://a.example/c b",
      "https://a%2eexample/cb",
      "https://a.example/\"><script>",
      "https://b\xc3\xbc"
      "cher.example/cb",
      std::string("https://a.example/\0cb", 21),
      "https://a.example/" + std::string(2048, 'a'),
  };
  for (const auto& uri : uris) {
    for (const auto method : {auth_method::basic, auth_method::none}) {
      EXPECT_EQ(faults(with_redirect_uri(uri, method)), "redirect_uris[0]:invalid_redirect_uri") << uri;
    }
  }
}

TEST(ClientMetadata, RefusesThoseUrisElsewhereToo) {
  auto metadata = usual();
  metadata.client_uri = "javascript:alert(1)";
  metadata.logo_uri = "http://192.168.0.1/logo.png";
  metadata.backchannel_logout_uri = "http://169.254.169.254/latest";
  metadata.post_logout_redirect_uris = {"https://a.example/", "data:text/html,x"};
  EXPECT_EQ(faults(metadata),
            "client_uri:invalid_uri logo_uri:invalid_uri backchannel_logout_uri:invalid_uri "
            "post_logout_redirect_uris[1]:invalid_redirect_uri");
}

TEST(ClientMetadata, RefusesMoreThanTwentyRedirectUrisAndOneTwice) {
  auto metadata = usual();
  metadata.redirect_uris = std::vector<std::string>{"https://a.example/", "https://a.example/"};
  EXPECT_EQ(faults(metadata), "redirect_uris:too_long");
  metadata.redirect_uris->clear();
  for (int i = 0; i < 20; ++i) metadata.redirect_uris->push_back("https://a.example/" + std::to_string(i));
  EXPECT_EQ(faults(metadata), "");
  metadata.redirect_uris->emplace_back("https://a.example/20");
  EXPECT_EQ(faults(metadata), "redirect_uris:too_long");
}

TEST(ClientMetadata, AsksForARedirectUriWhereTheCodeNeedsOne) {
  EXPECT_EQ(faults({.client_name = "x"}), "redirect_uris:required");
  EXPECT_EQ(faults({.client_name = "x", .grant_types = std::vector<std::string>{"client_credentials"}}), "");
}

TEST(ClientMetadata, RefusesNamesInWhichNothingCanBeSeen) {
  for (const auto* name : {"\u00a0", "\u1680", "\u2003\u2003", "\u202f", "\u205f", "\u3000", " \u0301", "\ufe20"}) {
    auto metadata = usual();
    metadata.client_name = name;
    EXPECT_EQ(faults(metadata), "client_name:invalid_name") << name;
    metadata.client_name = std::string("The") + name + "gallery";
    EXPECT_EQ(faults(metadata), "") << name;
  }
}

TEST(ClientMetadata, RefusesNamesWithCharactersThatCannotBeSeen) {
  for (const auto* character : {"\ufe0f", "\u17b4", "\u180b", "\U0001d159", "\U0001d173", "\ue000", "\ufdd0", "\uffff",
                                "\U0001fffe", "\ufffc", "\U000f0000", "\u2028"}) {
    auto metadata = usual();
    metadata.client_name = std::string("The ") + character + "gallery";
    EXPECT_EQ(faults(metadata), "client_name:invalid_name") << character;
  }
}

TEST(ClientMetadata, RefusesNamesThatPeopleCannotSeeAsTheyAre) {
  const std::string names[] = {"",
                               "   ",
                               std::string(101, 'a'),
                               "two\nlines",
                               std::string("nul\0nul", 7),
                               "bell\x07",
                               "\xe2\x80\xaegnipahs",
                               "zero\xe2\x80\x8bwidth",
                               "\xd8\x9cmark",
                               "isolate\xe2\x81\xa6",
                               "c1\xc2\x85",
                               "tag\xf3\xa0\x80\x81",
                               "\xe3\x85\xa4",  // Hangul fillers
                               "a\xe1\x85\x9f",
                               "a\xe1\x85\xa0",
                               "a\xef\xbe\xa0",
                               "\xe2\xa0\x80",  // Braille without a dot
                               "a\xcd\x8f",     // joins letters
                               "bad \xff"};
  for (const auto& name : names) {
    auto metadata = usual();
    metadata.client_name = name;
    EXPECT_EQ(faults(metadata), "client_name:invalid_name") << name;
  }
  for (const auto* name : {"Café Größe", "写真館", "معرض", "A & B <gallery>"}) {
    auto metadata = usual();
    metadata.client_name = name;
    EXPECT_EQ(faults(metadata), "") << name;
  }
}

TEST(ClientMetadata, KeepsANameOfAnOlderVersionThatNobodyChanges) {
  auto client = new_client(usual(), {}).value().client;
  client.client_name = "Sh\xd0\xbep";  // with a Cyrillic letter
  EXPECT_EQ(with_metadata(client, {.first_party = true}).value().client_name, client.client_name);
  EXPECT_FALSE(with_metadata(client, {.client_name = client.client_name}));
}

TEST(ClientMetadata, RefusesGrantTypesThatDoNotExistHere) {
  for (const auto* type : {"implicit", "password", "", "urn:ietf:params:oauth:grant-type:jwt-bearer"}) {
    auto metadata = usual();
    metadata.grant_types = {"authorization_code", type};
    EXPECT_EQ(faults(metadata), "grant_types:unsupported") << type;
  }
}

TEST(ClientMetadata, RefusesClientCredentialsForAPublicClient) {
  auto metadata = usual();
  metadata.token_endpoint_auth_method = "none";
  metadata.grant_types = {"client_credentials"};
  EXPECT_EQ(faults(metadata), "grant_types:unsupported");
}

TEST(ClientMetadata, RefusesMethodsAlgorithmsScopesAndResourcesThatItDoesNotKnow) {
  auto metadata = usual();
  metadata.token_endpoint_auth_method = "private_key_jwt";
  metadata.id_token_signed_response_alg = "none";
  metadata.scope = "open\"id";
  metadata.resources = {"http://api.example"};
  EXPECT_EQ(faults(metadata),
            "token_endpoint_auth_method:unsupported scope:invalid_scope resources:invalid_resource "
            "id_token_signed_response_alg:unsupported");
  metadata.id_token_signed_response_alg = "HS256";
  EXPECT_NE(faults(metadata).find("id_token_signed_response_alg:unsupported"), std::string::npos);
}

TEST(ClientMetadata, ChangesOnlyWhatIsSaid) {
  const auto before = new_client(usual(), now)->client;
  const auto after = with_metadata(before, {.client_name = "Another"}).value();
  EXPECT_EQ(after.client_name, "Another");
  EXPECT_EQ(after.redirect_uris, before.redirect_uris);
  EXPECT_EQ(after.secret_hash, before.secret_hash);
}

TEST(ClientMetadata, NeverMakesAClientWithASecretOneWithout) {
  const auto before = new_client(usual(), now)->client;
  EXPECT_TRUE(with_metadata(before, {.token_endpoint_auth_method = "client_secret_post"}));
  const auto refused = with_metadata(before, {.token_endpoint_auth_method = "none"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).code, "unchangeable");
}

}  // namespace
}  // namespace voyages::auth::oauth
