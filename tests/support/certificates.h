#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "crypto/openssl.h"

namespace voyages::tests {

using Certificate = std::unique_ptr<X509, crypto::Release<X509_free>>;

/// A certificate and its key.
struct Identity {
  Certificate certificate;
  crypto::EvpKey key;
};

/// What a certificate says.
struct CertificateText {
  std::string alternative_names;  // `DNS:localhost,IP:127.0.0.1`
  long begins_in_s = -3600;
  long ends_in_s = 3600;
  bool authority = false;
};

inline void add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (!extension) throw std::runtime_error("not an extension: " + value);
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Signed by the issuer, or by itself when there is none.
inline Identity make_certificate(const std::string& name, const CertificateText& text,
                                 const Identity* issuer = nullptr) {
  Identity made{Certificate(X509_new()), crypto::EvpKey(EVP_EC_gen("P-256"))};
  auto& certificate = *made.certificate;
  static long serial = 1;
  X509_set_version(&certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(&certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(&certificate), text.begins_in_s);
  X509_gmtime_adj(X509_getm_notAfter(&certificate), text.ends_in_s);
  X509_set_pubkey(&certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(&certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(&certificate, X509_get_subject_name(issuer ? issuer->certificate.get() : &certificate));
  add_extension(certificate, NID_basic_constraints, text.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (text.authority) add_extension(certificate, NID_key_usage, "critical,keyCertSign");
  if (!text.alternative_names.empty()) add_extension(certificate, NID_subject_alt_name, text.alternative_names);
  X509_sign(&certificate, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

inline void write_pem(const std::filesystem::path& path, const Identity& identity) {
  const std::unique_ptr<BIO, crypto::Release<BIO_free>> memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), identity.certificate.get());
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &bytes);
  std::ofstream(path, std::ios::binary).write(bytes, size);
}

}  // namespace voyages::tests
