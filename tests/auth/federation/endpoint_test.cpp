#include "auth/federation/endpoint.h"

#include <gtest/gtest.h>

namespace voyages::auth::federation {
namespace {

TEST(Endpoint, IsAnAddressBehindTls) {
  const auto endpoint = Endpoint::parse("https://id.example:8443/token?tenant=a%20b", Plaintext::refused);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->address.origin, (http::client::Origin{true, "id.example", 8443}));
  EXPECT_EQ(endpoint->address.target, "/token?tenant=a%20b");
  EXPECT_EQ(Endpoint::parse("https://id.example", Plaintext::refused)->address.target, "/");
  EXPECT_EQ(Endpoint::parse("https://id.example?a=b", Plaintext::refused)->address.target, "/?a=b");
}

TEST(Endpoint, IsWithoutTlsOnThisMachineAloneAndWhereThatIsAllowed) {
  for (const auto* url : {"http://localhost:9000/token", "http://127.0.0.1/token", "http://[::1]:9000/token"}) {
    EXPECT_TRUE(Endpoint::parse(url, Plaintext::on_loopback)) << url;
    EXPECT_FALSE(Endpoint::parse(url, Plaintext::refused)) << url;
  }
  for (const auto* url : {"http://id.example/token", "http://10.0.0.1/token", "http://localhost.evil.example/token",
                          "http://127.0.0.1.evil.example/"}) {
    EXPECT_FALSE(Endpoint::parse(url, Plaintext::on_loopback)) << url;
  }
}

TEST(Endpoint, RefusesWhatIsNoPlainAddress) {
  for (const std::string url :
       {"", "https://", "https:///token", "id.example/token", "javascript:alert(1)", "ftp://id.example/",
        "https://user@id.example/", "https://id.example@evil.example/", "https://id.example/#fragment",
        "https://id.example/a b", "https://id.example/\r\nHost: evil", "https://id.example/\xc3\xa9",
        "https://id.example:0/", "https://id.example:99999/", "https://id.example\\@evil.example/"}) {
    EXPECT_FALSE(Endpoint::parse(url, Plaintext::on_loopback)) << url;
  }
  EXPECT_FALSE(Endpoint::parse("https://id.example/" + std::string(2048, 'a'), Plaintext::refused));
}

}  // namespace
}  // namespace voyages::auth::federation
