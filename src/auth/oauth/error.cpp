#include "auth/oauth/error.h"

namespace voyages::auth::oauth {

std::unexpected<OAuthError> refuse(std::string_view error, std::string description, int status) {
  return std::unexpected(OAuthError{error, std::move(description), status});
}

http::Response json_response(const boost::json::object& body, int status) {
  http::Response response{.status = status};
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.body = boost::json::serialize(body);
  return response;
}

http::Response error_response(const OAuthError& error) {
  auto response = json_response({{"error", error.error}, {"error_description", error.description}}, error.status);
  if (error.status == 401) response.headers.add("WWW-Authenticate", R"(Basic realm="voyages", charset="UTF-8")");
  return response;
}

}  // namespace voyages::auth::oauth
