#include "auth/federation/upstream.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/escape.h"
#include "base/json_members.h"
#include "base/strict_json.h"

namespace voyages::auth::federation {

namespace {

constexpr http::client::Limits limits{
    .connect = std::chrono::seconds(3), .total = std::chrono::seconds(5), .response_bytes = 256U << 10};

std::string describe(const Endpoint& endpoint) { return endpoint.address.origin.authority() + endpoint.address.target; }

// RFC 6749 §5.2: a code of printable ASCII, fit for the log.
std::string oauth_error(const boost::json::object& answer) {
  const auto code = text_or_empty(answer, "error");
  if (code.empty() || code.size() > 100) return "an error without a name";
  return fmt::format("the error {}", code);
}

std::string encode_form(const FormFields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body.append(name).append(1, '=').append(percent_encode(value));
  }
  return body;
}

boost::json::value parse(const Endpoint& endpoint, const http::Response& response) {
  auto json = parse_strict_json(response.content());
  if (!json) throw UpstreamFailed(fmt::format("{} answered {}, and no JSON", describe(endpoint), response.status));
  return std::move(*json);
}

}  // namespace

Secret bearer(std::string_view access_token) { return Secret("Bearer " + std::string(access_token)); }

Secret basic(std::string_view client_id, const Secret& client_secret) {
  const Secret pair(percent_encode(client_id) + ':' + percent_encode(client_secret.expose()));
  return Secret("Basic " + to_base64(pair.expose()));
}

class Upstream::Place {
 public:
  Place(Upstream& upstream, const http::client::Origin& origin) : upstream_(upstream), origin_(origin) {
    const std::scoped_lock lock(upstream_.mutex_);
    auto& count = upstream_.under_way_[origin_];
    if (count >= upstream_.most_)
      throw UpstreamFailed(origin_.authority() + " is slow to answer, and many wait for it");
    ++count;
  }
  ~Place() {
    const std::scoped_lock lock(upstream_.mutex_);
    const auto found = upstream_.under_way_.find(origin_);
    if (--found->second == 0) upstream_.under_way_.erase(found);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Upstream& upstream_;
  const http::client::Origin& origin_;
};

http::Response Upstream::send(const Endpoint& endpoint, http::Request request) {
  const Place place(*this, endpoint.address.origin);
  request.headers.add("User-Agent", "Cloud-Voyages");  // GitHub's API asks for one
  try {
    return client_.send(endpoint.address, std::move(request), limits);
  } catch (const http::client::TransferFailed& failure) {
    throw UpstreamFailed(failure.what());
  } catch (const std::invalid_argument& refusal) {
    // An access token with a line break, say: what a provider gave us makes no request.
    throw UpstreamFailed(fmt::format("{} cannot be asked: {}", describe(endpoint), refusal.what()));
  }
}

boost::json::value Upstream::get(const Endpoint& endpoint, const Secret& authorization, std::string_view accept) {
  http::Request request{.method = http::Method::get, .target = endpoint.address.target};
  request.headers.add("Accept", std::string(accept));
  if (!authorization.empty()) request.headers.add("Authorization", std::string(authorization.expose()));
  const auto response = send(endpoint, std::move(request));
  if (response.status != 200) throw UpstreamFailed(fmt::format("{} answered {}", describe(endpoint), response.status));
  return parse(endpoint, response);
}

boost::json::object Upstream::post(const Endpoint& endpoint, const FormFields& fields, const Secret& authorization) {
  http::Request request{.method = http::Method::post, .target = endpoint.address.target, .body = encode_form(fields)};
  request.headers.add("Accept", "application/json");
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  if (!authorization.empty()) request.headers.add("Authorization", std::string(authorization.expose()));
  const auto response = send(endpoint, std::move(request));
  auto json = parse(endpoint, response);
  auto* answer = json.if_object();
  // GitHub answers 200 to a bad code as well.
  if (response.status == 200 && answer && !answer->contains("error")) return std::move(*answer);
  throw UpstreamFailed(fmt::format("{} answered {} and {}", describe(endpoint), response.status,
                                   answer ? oauth_error(*answer) : "no object"));
}

}  // namespace voyages::auth::federation
