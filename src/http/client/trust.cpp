#include "http/client/trust.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "crypto/openssl.h"
#include "http/client/stream.h"

namespace voyages::http::client {

namespace {

using Bio = std::unique_ptr<BIO, crypto::Release<BIO_free>>;
using Certificate = std::unique_ptr<X509, crypto::Release<X509_free>>;

// Where distributions keep all certificates in one file.
constexpr const char* usual_places[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",    // Amazon Linux, Fedora
    "/etc/ssl/ca-bundle.pem",              // openSUSE
    "/etc/ssl/cert.pem",                   // Alpine, BSD
};

const char* named_by(const char* variable) {
  const char* name = std::getenv(variable);
  return name && *name ? name : nullptr;
}

void load_file(SSL_CTX& context, const char* file, std::string_view named_in) {
  if (SSL_CTX_load_verify_file(&context, file) == 1) return;
  ERR_clear_error();
  throw StreamFailed(
      fmt::format("{} names {}, which is not a readable file of CA certificates in PEM", named_in, file));
}

void add_amazon_roots(SSL_CTX& context) {
  auto* store = SSL_CTX_get_cert_store(&context);
  for (const auto pem : amazon_roots()) {
    const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!text) throw std::bad_alloc();
    const Certificate certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    if (!certificate || X509_STORE_add_cert(store, certificate.get()) != 1) throw std::bad_alloc();
  }
}

}  // namespace

std::string load_trust(SSL_CTX& context, Trust trust) {
  const auto* variable = trust == Trust::amazon ? "AWS_CA_BUNDLE" : "SSL_CERT_FILE";
  if (const char* file = named_by(variable)) {
    load_file(context, file, variable);
    return fmt::format("those in {} ({})", file, variable);
  }
  if (trust == Trust::amazon) {
    add_amazon_roots(context);
    return "Amazon's own alone (AWS_CA_BUNDLE may name a file of others)";
  }
  for (const char* file : usual_places) {
    if (::access(file, R_OK) != 0) continue;
    load_file(context, file, "this machine's list of places");
    return fmt::format("those in {} (SSL_CERT_FILE may name another file)", file);
  }
  throw StreamFailed(
      "this machine has no file of CA certificates, so no server can be believed: install the package "
      "ca-certificates, or name a file in SSL_CERT_FILE");
}

}  // namespace voyages::http::client
