#include <sodium.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/encoding.h"
#include "crypto/initialize.h"
#include "crypto/key_material.h"
#include "crypto/token.h"

namespace voyages::crypto {

namespace {

namespace json = boost::json;

constexpr std::size_t max_kid_length = 256;

MaterialResult parse_material(const json::object& jwk) {
  const std::string_view kty = read_text(jwk, "kty");
  if (kty == "OKP") return parse_ed25519(jwk);
  if (kty == "EC") return parse_p256(jwk);
  if (kty == "RSA") return parse_rsa(jwk);
  if (kty == "oct") return parse_hmac(jwk);
  return std::unexpected(kty.empty() ? JoseError::malformed : JoseError::unsupported_key);
}

// RFC 7517 §4.2 and §4.3: a key that is meant for something else signs nothing.
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use") && read_text(jwk, "use") != "sig") return false;
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  const json::array* list = operations->if_array();
  return list != nullptr && std::ranges::any_of(*list, [](const json::value& operation) {
           return operation == "sign" || operation == "verify";
         });
}

// Two numbers of a private key that do not belong together show at its first signature.
bool signs_what_it_verifies(const Jwk::Material& material) {
  constexpr std::string_view probe = "voyages";
  const std::string signature = material.sign(probe);
  return !signature.empty() && material.verify(probe, signature);
}

std::string thumbprint_of(const Jwk::Material& material) {
  // RFC 7638 §3: the required members, in lexicographic order, without whitespace.
  return to_base64url(sha256(json::serialize(material.required_members())));
}

}  // namespace

std::string_view read_text(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::optional<Secret> read_bytes(const json::object& jwk, std::string_view member) {
  const json::value* value = jwk.if_contains(member);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  auto bytes = from_base64url(read_text(jwk, member));
  if (!bytes) return std::nullopt;
  return Secret(std::move(*bytes));
}

Jwk Jwk::generate(Algorithm algorithm) {
  initialize();
  const auto make = [algorithm] {
    switch (algorithm) {
      case Algorithm::EdDSA:
        return generate_ed25519();
      case Algorithm::ES256:
        return generate_p256();
      case Algorithm::RS256:
        return generate_rsa();
      case Algorithm::HS256:
        return generate_hmac();
    }
    throw std::logic_error("not an algorithm");
  };
  const std::shared_ptr<Material> material = make();
  material->kid = thumbprint_of(*material);
  return Jwk(material);
}

std::expected<Jwk, JoseError> Jwk::parse(const json::object& jwk) {
  initialize();
  if (!is_for_signatures(jwk)) return std::unexpected(JoseError::unsupported_key);
  const auto material = parse_material(jwk);
  if (!material) return std::unexpected(material.error());
  if (jwk.contains("alg") && read_text(jwk, "alg") != to_string((*material)->algorithm())) {
    return std::unexpected(JoseError::unsupported_key);
  }
  if ((*material)->is_private() && !signs_what_it_verifies(**material)) return std::unexpected(JoseError::malformed);
  const std::string_view kid = read_text(jwk, "kid");
  if (jwk.contains("kid") && (kid.empty() || kid.size() > max_kid_length)) {
    return std::unexpected(JoseError::malformed);
  }
  (*material)->kid = kid.empty() ? thumbprint_of(**material) : std::string(kid);
  return Jwk(*material);
}

Algorithm Jwk::algorithm() const { return material_->algorithm(); }
bool Jwk::is_private() const { return material_->is_private(); }
const std::string& Jwk::kid() const { return material_->kid; }
std::string Jwk::thumbprint() const { return thumbprint_of(*material_); }

json::object Jwk::to_public_jwk() const {
  if (algorithm() == Algorithm::HS256) throw std::logic_error("a symmetric key has no public part");
  json::object jwk = material_->required_members();
  jwk["use"] = "sig";
  jwk["alg"] = to_string(algorithm());
  jwk["kid"] = kid();
  return jwk;
}

Secret Jwk::to_private_jwk() const {
  if (!is_private()) throw std::logic_error("the key has no private part");
  std::array<unsigned char, 32 * 1024> memory;  // one place to wipe afterwards; 8,192 bits of RSA need 7 KB
  json::static_resource resource(memory.data(), memory.size());
  Secret text;
  {
    json::object jwk(material_->required_members(), &resource);
    jwk["use"] = "sig";
    jwk["alg"] = to_string(algorithm());
    jwk["kid"] = kid();
    material_->add_private_members(jwk);
    text = Secret(json::serialize(jwk));
  }
  sodium_memzero(memory.data(), memory.size());
  return text;
}

std::string Jwk::sign(std::string_view input) const {
  if (!is_private()) throw std::logic_error("the key has no private part");
  std::string signature = material_->sign(input);
  if (signature.empty()) throw std::runtime_error("the key could not sign");
  return signature;
}

bool Jwk::verify(std::string_view input, std::string_view signature) const {
  return material_->verify(input, signature);
}

}  // namespace voyages::crypto
