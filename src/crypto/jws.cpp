#include <array>
#include <utility>

#include "base/encoding.h"
#include "base/strict_json.h"
#include "crypto/jose.h"
#include "crypto/key_material.h"

namespace voyages::crypto {

namespace {

namespace json = boost::json;

constexpr std::size_t max_jws_length = 16 * 1024;

constexpr std::array<std::pair<Algorithm, std::string_view>, 4> algorithm_names{{{Algorithm::EdDSA, "EdDSA"},
                                                                                 {Algorithm::ES256, "ES256"},
                                                                                 {Algorithm::RS256, "RS256"},
                                                                                 {Algorithm::HS256, "HS256"}}};

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  for (const auto& [known, name] : algorithm_names) {
    if (known == algorithm) return name;
  }
  return {};
}

std::optional<Algorithm> parse_algorithm(std::string_view text) {
  for (const auto& [algorithm, name] : algorithm_names) {
    if (name == text) return algorithm;
  }
  return std::nullopt;
}

std::string_view to_string(JoseError error) {
  switch (error) {
    case JoseError::malformed:
      return "malformed";
    case JoseError::unsupported_key:
      return "unsupported_key";
    case JoseError::unknown_algorithm:
      return "unknown_algorithm";
    case JoseError::algorithm_mismatch:
      return "algorithm_mismatch";
    case JoseError::critical_header:
      return "critical_header";
    case JoseError::bad_signature:
      return "bad_signature";
  }
  return {};
}

std::string_view UnverifiedJws::text(std::string_view member) const { return read_text(header, member); }

std::expected<UnverifiedJws, JoseError> parse_jws(std::string_view compact) {
  // RFC 7515 §5.2 step 1: exactly three parts. Five would be a JWE, and braces the JSON serialisation.
  if (compact.size() > max_jws_length) return std::unexpected(JoseError::malformed);
  const std::size_t first = compact.find('.');
  const std::size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
    return std::unexpected(JoseError::malformed);
  }
  // Steps 2 to 4: the protected header is base64url of one JSON object without duplicate names.
  const auto header_text = from_base64url(compact.substr(0, first));
  auto payload = from_base64url(compact.substr(first + 1, second - first - 1));
  auto signature = from_base64url(compact.substr(second + 1));
  if (!header_text || !payload || !signature) return std::unexpected(JoseError::malformed);
  auto header = parse_strict_json(*header_text);
  if (!header || !header->is_object()) return std::unexpected(JoseError::malformed);
  // §4.1.11: an extension that we do not understand must be refused, and we understand none. RFC 7797 §6: `b64`
  // changes what is signed, and is never to be used without `crit`.
  if (header->get_object().contains("crit") || header->get_object().contains("b64")) {
    return std::unexpected(JoseError::critical_header);
  }
  return UnverifiedJws{.header = std::move(header->get_object()),
                       .payload = std::move(*payload),
                       .signing_input = compact.substr(0, second),
                       .signature = std::move(*signature)};
}

std::expected<void, JoseError> verify_jws(const UnverifiedJws& jws, const Jwk& key) {
  const auto algorithm = parse_algorithm(jws.text("alg"));
  if (!algorithm) return std::unexpected(JoseError::unknown_algorithm);
  if (*algorithm != key.algorithm()) return std::unexpected(JoseError::algorithm_mismatch);
  if (!key.verify(jws.signing_input, jws.signature)) return std::unexpected(JoseError::bad_signature);
  return {};
}

std::expected<std::string, JoseError> verify_jws(std::string_view compact, const Jwk& key) {
  auto jws = parse_jws(compact);
  if (!jws) return std::unexpected(jws.error());
  if (const auto verified = verify_jws(*jws, key); !verified) return std::unexpected(verified.error());
  return std::move(jws->payload);
}

std::string sign_jws(std::string_view payload, const Jwk& key, std::string_view typ) {
  json::object header{{"alg", to_string(key.algorithm())}, {"kid", key.kid()}};
  if (!typ.empty()) header["typ"] = typ;
  std::string compact = to_base64url(json::serialize(header)) + '.' + to_base64url(payload);
  const std::string signature = key.sign(compact);
  return compact.append(1, '.').append(to_base64url(signature));
}

}  // namespace voyages::crypto
