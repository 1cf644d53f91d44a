#include "aws/sigv4.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "aws/canonical_request.h"
#include "base/encoding.h"
#include "base/escape.h"
#include "crypto/openssl.h"

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, whose steps are named.

namespace voyages::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

/// `20150830T123600Z`.
std::string to_basic_time(Time time) {
  auto text = to_rfc3339(time);
  text.resize(text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + 'Z';
}

std::string day_of(Time time) { return to_basic_time(time).substr(0, 8); }

// These two by libsodium: OpenSSL reads its tables of algorithms before its first hash, which takes as long as all else
// that a function does before its first event; where nothing is encrypted, it is not needed at all.
std::string sha256(std::string_view text) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(crypto::bytes_of(hash), crypto::bytes_of(text), text.size());
  return hash;
}

Secret hmac_sha256(std::string_view key, std::string_view text) {
  crypto_auth_hmacsha256_state state;
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_init(&state, crypto::bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, crypto::bytes_of(text), text.size());
  crypto_auth_hmacsha256_final(&state, crypto::bytes_of(code));
  sodium_memzero(&state, sizeof state);
  return Secret(std::move(code));
}

std::string scope_of(const Signing& signing) {
  return fmt::format("{}/{}/{}/aws4_request", day_of(signing.time), signing.region, signing.service);
}

Signature compute(const std::string& canonical_request, const Signing& signing) {
  Signature result;
  result.canonical_request = canonical_request;
  // Step 3: create a string to sign.
  result.string_to_sign = fmt::format("{}\n{}\n{}\n{}", algorithm, to_basic_time(signing.time), scope_of(signing),
                                      to_hex(sha256(canonical_request)));
  // Step 5: calculate the signature.
  result.signature = to_hex(hmac_sha256(signing.key.expose(), result.string_to_sign).expose());
  return result;
}

}  // namespace

Signature sign(http::Request& request, std::string_view authority, const Signing& signing) {
  const auto& token = signing.credentials.session_token;
  const auto body_hash = to_hex(sha256(request.body));
  request.headers.set("X-Amz-Date", to_basic_time(signing.time));
  request.headers.remove("X-Amz-Security-Token");
  request.headers.remove("Authorization");
  if (!token.empty() && signing.rules.sign_the_token) {
    request.headers.set("X-Amz-Security-Token", std::string(token.expose()));
  }
  if (signing.rules.content_sha256) request.headers.set("X-Amz-Content-Sha256", body_hash);

  const auto headers = canonical_headers(request.headers, authority);
  auto result = compute(canonical_request(request, headers, body_hash, signing.rules), signing);
  // Step 6: add the signature to the request.
  request.headers.set("Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                                                   signing.credentials.access_key_id, scope_of(signing), headers.names,
                                                   result.signature));
  if (!token.empty() && !signing.rules.sign_the_token) {
    request.headers.set("X-Amz-Security-Token", std::string(token.expose()));
  }
  return result;
}

Signature presign(http::Request& request, std::string_view authority, const Signing& signing,
                  std::chrono::seconds expires_in) {
  const auto& token = signing.credentials.session_token;
  const auto headers = canonical_headers(request.headers, authority);
  const auto token_field = token.empty() ? std::string() : "&X-Amz-Security-Token=" + percent_encode(token.expose());
  request.target +=
      fmt::format("{}X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-SignedHeaders={}&X-Amz-Expires={}",
                  request.target.find('?') == std::string::npos ? '?' : '&', algorithm,
                  percent_encode(signing.credentials.access_key_id + '/' + scope_of(signing)),
                  to_basic_time(signing.time), percent_encode(headers.names), expires_in.count());
  if (signing.rules.sign_the_token) request.target += token_field;
  const auto body_hash = signing.rules.presigns_any_body ? "UNSIGNED-PAYLOAD" : to_hex(sha256(request.body));
  auto result = compute(canonical_request(request, headers, body_hash, signing.rules), signing);
  if (!signing.rules.sign_the_token) request.target += token_field;
  request.target += "&X-Amz-Signature=" + result.signature;
  return result;
}

// Step 4: derive a signing key.
Secret derive_signing_key(const Secret& secret_access_key, Time time, std::string_view region,
                          std::string_view service) {
  std::string first;
  first.reserve(4 + secret_access_key.size());  // no copy of the secret is left behind by growing
  first.append("AWS4").append(secret_access_key.expose());
  const Secret start(std::move(first));
  const auto of_day = hmac_sha256(start.expose(), day_of(time));
  const auto of_region = hmac_sha256(of_day.expose(), region);
  const auto of_service = hmac_sha256(of_region.expose(), service);
  return hmac_sha256(of_service.expose(), "aws4_request");
}

Secret SigningKeys::get(const Credentials& credentials, Time time, std::string_view region, std::string_view service) {
  const std::scoped_lock lock(mutex_);
  auto& entry = by_service_[std::string(service)];
  const auto day = day_of(time);
  const bool same = entry.access_key_id == credentials.access_key_id && entry.day == day && entry.region == region &&
                    equal_in_constant_time(entry.secret_access_key.expose(), credentials.secret_access_key.expose());
  if (!same) {
    entry = {credentials.access_key_id, day, std::string(region), credentials.secret_access_key,
             derive_signing_key(credentials.secret_access_key, time, region, service)};
  }
  return entry.key;
}

}  // namespace voyages::aws
