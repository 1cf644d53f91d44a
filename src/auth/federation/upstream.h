#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/federation/endpoint.h"
#include "auth/federation/upstream_failed.h"
#include "base/secret.h"
#include "http/client/guarded_client.h"

namespace voyages::auth::federation {

using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;

/// A request's `Authorization`; empty: none.
Secret bearer(std::string_view access_token);
/// RFC 6749 §2.3.1: both halves are form-encoded first.
Secret basic(std::string_view client_id, const Secret& client_secret);

/// Calls to providers: short, small, JSON, and no redirect is followed. Thread-safe.
class Upstream {
 public:
  /// `most`: calls to one server at a time, so that one that is slow to answer holds no more threads; one more fails at
  /// once.
  Upstream(http::client::GuardedClient& client, std::size_t most) : client_(client), most_(most) {}

  /// The JSON of an answer 200. Throws `UpstreamFailed` for everything else.
  [[nodiscard]] boost::json::value get(const Endpoint& endpoint, const Secret& authorization = {},
                                       std::string_view accept = "application/json");
  /// The same for a form. OAuth errors (RFC 6749 §5.2) become part of the text.
  [[nodiscard]] boost::json::object post(const Endpoint& endpoint, const FormFields& fields,
                                         const Secret& authorization = {});

 private:
  // One of the calls to a server that are under way.
  class Place;

  [[nodiscard]] http::Response send(const Endpoint& endpoint, http::Request request);

  http::client::GuardedClient& client_;
  const std::size_t most_;
  std::mutex mutex_;
  std::map<http::client::Origin, std::size_t> under_way_;
};

}  // namespace voyages::auth::federation
