#include "auth/federation/metadata.h"

#include <gtest/gtest.h>

namespace voyages::auth::federation {
namespace {

constexpr std::string_view issuer = "https://id.example/tenant";

boost::json::object good() {
  return {{"issuer", issuer},
          {"authorization_endpoint", "https://id.example/authorize"},
          {"token_endpoint", "https://token.example/token"},
          {"jwks_uri", "https://id.example/jwks"}};
}
std::expected<Metadata, std::string> read_with(std::string_view name, const boost::json::value& value) {
  auto document = good();
  document[name] = value;
  return read_metadata(document, issuer);
}

TEST(Metadata, IsReadAsItStandsInTheSpecification) {
  const auto metadata = read_metadata(good(), issuer);
  ASSERT_TRUE(metadata) << metadata.error();
  EXPECT_EQ(metadata->token_endpoint.address.origin.host, "token.example");
  EXPECT_FALSE(metadata->userinfo_endpoint);
  EXPECT_FALSE(metadata->names_itself);
  EXPECT_EQ(metadata->authentication, ClientAuthentication::basic);
  EXPECT_EQ(read_with("token_endpoint_auth_methods_supported", {"client_secret_post"})->authentication,
            ClientAuthentication::post);
  EXPECT_TRUE(read_with("authorization_response_iss_parameter_supported", true)->names_itself);
}

TEST(Metadata, IsFoundUnderTheIssuer) {
  EXPECT_EQ(metadata_endpoint("https://id.example")->url, "https://id.example/.well-known/openid-configuration");
  EXPECT_EQ(metadata_endpoint("https://id.example/a/")->url, "https://id.example/a/.well-known/openid-configuration");
}

TEST(Metadata, MustNameTheIssuerThatWasAsked) {
  for (const auto* other : {"https://id.example/tenant/", "https://id.example", "https://evil.example", ""}) {
    EXPECT_FALSE(read_with("issuer", other)) << other;
  }
  EXPECT_FALSE(read_with("issuer", nullptr));
}

TEST(Metadata, NamesOnlyAddressesBehindTls) {
  for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"}) {
    for (const auto* url : {"http://id.example/", "http://localhost:22/", "javascript:alert(1)", "file:///etc/passwd",
                            "//id.example/", ""}) {
      EXPECT_FALSE(read_with(name, url)) << name << ' ' << url;
    }
    EXPECT_FALSE(read_with(name, 7)) << name;
  }
  for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    auto document = good();
    document.erase(name);
    EXPECT_FALSE(read_metadata(document, issuer)) << name;
  }
}

TEST(Metadata, MustTakeASecretInOneOfTwoWays) {
  EXPECT_FALSE(read_with("token_endpoint_auth_methods_supported", {"private_key_jwt", "none"}));
  EXPECT_FALSE(read_with("token_endpoint_auth_methods_supported", "client_secret_basic"));
}

TEST(Metadata, MustBeAnObject) {
  EXPECT_FALSE(read_metadata(boost::json::array{good()}, issuer));
  EXPECT_FALSE(read_metadata(nullptr, issuer));
}

}  // namespace
}  // namespace voyages::auth::federation
