#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/secret.h"
#include "http/message.h"

namespace voyages::aws {

/// The rules in which services differ.
struct SigningRules {
  bool normalise_path = true;      // S3: false, for there `a//b` and `a/b` are two objects
  bool encode_path = true;         // S3: false, its path is encoded once, all others' twice
  bool content_sha256 = false;     // S3: true, it wants the body's hash as a header
  bool presigns_any_body = false;  // S3: true, the bytes that come to a presigned address are not known yet
  bool sign_the_token = true;      // false: the session token is added after signing
};

/// Who signs, for what, and when.
struct Signing {
  const Credentials& credentials;
  const Secret& key;  // by `derive_signing_key`
  std::string_view region;
  std::string_view service;
  Time time;
  SigningRules rules{};
};

/// The steps of a signature, as the documentation of AWS Signature Version 4 names them.
struct Signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;  // hexadecimal
};

/// Signs by the header `Authorization`, which it adds with those that belong to it; all headers are signed but those
/// that proxies may change. `authority` is the `Host` that the request will carry; its target is percent-encoded.
Signature sign(http::Request& request, std::string_view authority, const Signing& signing);
/// Signs by the query, so that the target alone allows the request for that time ("presigned").
Signature presign(http::Request& request, std::string_view authority, const Signing& signing,
                  std::chrono::seconds expires_in);

/// The key of one day, region and service.
Secret derive_signing_key(const Secret& secret_access_key, Time time, std::string_view region,
                          std::string_view service);

/// Signing keys of the day, so that a request costs one HMAC in place of five. Thread-safe.
class SigningKeys {
 public:
  Secret get(const Credentials& credentials, Time time, std::string_view region, std::string_view service);

 private:
  /// A key, and what it was made from.
  struct Entry {
    std::string access_key_id;
    std::string day;
    std::string region;
    Secret secret_access_key;
    Secret key;
  };

  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> by_service_;
};

}  // namespace voyages::aws
