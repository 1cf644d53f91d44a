#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/federation/endpoint.h"
#include "base/secret.h"
#include "http/client/client.h"

namespace voyages::auth::federation {

/// A provider did not answer, or not as its specification has it. The text is for the log, never for people.
class UpstreamFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;

/// A request's `Authorization`; empty: none.
Secret bearer(std::string_view access_token);
/// RFC 6749 §2.3.1: both halves are form-encoded first.
Secret basic(std::string_view client_id, const Secret& client_secret);

/// Calls to providers: short, small, JSON, and no redirect is followed. Thread-safe.
class Upstream {
 public:
  explicit Upstream(http::client::Client& client) : client_(client) {}

  /// The JSON of an answer 200. Throws `UpstreamFailed` for everything else.
  [[nodiscard]] boost::json::value get(const Endpoint& endpoint, const Secret& authorization = {},
                                       std::string_view accept = "application/json");
  /// The same for a form. OAuth errors (RFC 6749 §5.2) become part of the text.
  [[nodiscard]] boost::json::object post(const Endpoint& endpoint, const FormFields& fields,
                                         const Secret& authorization = {});

 private:
  [[nodiscard]] http::Response send(const Endpoint& endpoint, http::Request request);

  http::client::Client& client_;
};

}  // namespace voyages::auth::federation
