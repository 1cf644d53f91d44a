#include "http/client/trust.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <set>

#include "base/encoding.h"
#include "tests/support/certificates.h"

namespace voyages::http::client {
namespace {

// As published in https://www.amazontrust.com/repository/.
const std::set<std::string> published{
    "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",  // Amazon Root CA 1
    "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",  // Amazon Root CA 2
    "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",  // Amazon Root CA 3
    "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",  // Amazon Root CA 4
    "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",  // Starfield Services Root CA - G2
};

TEST(AmazonRoots, AreThoseThatAmazonPublishes) {
  std::set<std::string> embedded;
  for (const auto pem : amazon_roots()) {
    const std::unique_ptr<BIO, crypto::Release<BIO_free>> text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const tests::Certificate certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    ASSERT_TRUE(certificate);
    std::string print(32, '\0');
    X509_digest(certificate.get(), EVP_sha256(), crypto::bytes_of(print), nullptr);
    embedded.insert(to_hex(print));
  }
  EXPECT_EQ(embedded, published);
}

}  // namespace
}  // namespace voyages::http::client
