#pragma once

#include <cstdlib>
#include <string>

#include "base/uuid.h"
#include "tests/aws/local_client.h"

namespace voyages::tests {

inline std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (!value) throw std::runtime_error(std::string(name) + " is not set: run this by tests/support/with_moto.mjs");
  return value;
}

/// A client of the moto that tests/support/with_moto.mjs has started, and that checks every signature.
class MotoClient : public LocalClient {
 public:
  explicit MotoClient(std::string_view secret = {})
      : LocalClient(http::client::Origin::parse(setting("AWS_ENDPOINT_URL")).value(), 3, setting("AWS_ACCESS_KEY_ID"),
                    secret.empty() ? std::string_view(setting("AWS_SECRET_ACCESS_KEY")) : secret) {}

  http::Response json(const aws::Service& service, const std::string& target, std::string body) {
    http::Request request{.method = http::Method::post, .target = "/", .body = std::move(body)};
    request.headers.add("Content-Type", "application/x-amz-json-1.0");
    request.headers.add("X-Amz-Target", target);
    return get().call({.service = service, .operation = target, .request = std::move(request)});
  }
  http::Response query(const aws::Service& service, std::string body) {
    http::Request request{.method = http::Method::post, .target = "/", .body = std::move(body)};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return get().call({.service = service, .operation = "query", .request = std::move(request)});
  }
};

/// While it lives, moto checks no signatures. It checks them against a target that it has decoded, and so refuses even
/// the requests of Amazon's own client when a parameter has a slash, or a path a `+`.
class SignaturesUnchecked {
 public:
  SignaturesUnchecked() { start_checking_after("inf"); }
  ~SignaturesUnchecked() { start_checking_after("0"); }
  SignaturesUnchecked(const SignaturesUnchecked&) = delete;
  SignaturesUnchecked& operator=(const SignaturesUnchecked&) = delete;

 private:
  static void start_checking_after(const std::string& requests) {
    http::client::Client plain(http::client::Trust::amazon);
    plain.send(http::client::Origin::parse(setting("AWS_ENDPOINT_URL")).value(),
               {.method = http::Method::post, .target = "/moto-api/reset-auth", .body = requests});
  }
};

/// A name that no other test uses: moto keeps what it has until it ends.
inline std::string fresh_name(std::string_view what) {
  return std::string(what) + '-' + new_uuid7(SystemClock().now());
}

}  // namespace voyages::tests
