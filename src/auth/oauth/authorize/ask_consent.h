#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth::oauth {

inline constexpr ErrorCode unknown_request{
    "unknown_request", "This sign-in has expired or was used. Go back to the site that you came from."};

/// Which authorization request a page of ours is about.
struct RequestInput {
  http::Uuid client_id;
  http::Text<1, 200> request_uri;
};
BOOST_DESCRIBE_STRUCT(RequestInput, (), (client_id, request_uri))

/// What a page says of a request before anybody has signed in.
struct RequestView {
  std::string client_name;
  std::optional<std::string> client_uri;
  bool registered_by_itself;
  std::optional<std::string> login_hint;

  static constexpr http::FieldDoc docs[] = {
      {"client_name", "Who sent the browser here.", R"("Sailing club")"},
      {"registered_by_itself", "Nobody here has looked at it: its name is what it says of itself."}};
};
BOOST_DESCRIBE_STRUCT(RequestView, (), (client_name, client_uri, registered_by_itself, login_hint))

/// `GET /oauth/request`
Result<RequestView> get_request(Auth& auth, const RequestInput& input, http::Context& context);

struct ConsentClient {
  std::string client_id;
  std::string client_name;
  std::optional<std::string> client_uri;
  std::string redirect_host;
  bool registered_by_itself;

  static constexpr http::FieldDoc docs[] = {
      {"registered_by_itself", "Nobody here has looked at it: its name is what it says of itself."},
      {"redirect_host", "Where the browser goes next: what a name cannot lie about.", R"("sailing.example")"}};
};
BOOST_DESCRIBE_STRUCT(ConsentClient, (), (client_id, client_name, client_uri, redirect_host, registered_by_itself))

struct ConsentUser {
  std::string email;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(ConsentUser, (), (email, name))

struct ConsentScope {
  std::string name;
  bool granted;
  std::optional<std::string> description;

  static constexpr http::FieldDoc docs[] = {{"name", "", R"("email")"},
                                            {"granted", "It was allowed before."},
                                            {"description", "Of a permission: what it lets the client do here."}};
};
BOOST_DESCRIBE_STRUCT(ConsentScope, (), (name, granted, description))

/// What a person is asked to allow.
struct ConsentView {
  ConsentClient client;
  ConsentUser user;
  std::vector<ConsentScope> scopes;
  std::vector<std::string> resources;

  static constexpr http::FieldDoc docs[] = {
      {"resources", "Other servers that the client may call in the user's name (RFC 8707)."}};
};
BOOST_DESCRIBE_STRUCT(ConsentView, (), (client, user, scopes, resources))

/// `GET /oauth/consent`
Result<ConsentView> get_consent(Auth& auth, const RequestInput& input, http::Context& context);

struct ConsentDecision {
  http::Uuid client_id;
  http::Text<1, 200> request_uri;
  bool allow;
};
BOOST_DESCRIBE_STRUCT(ConsentDecision, (), (client_id, request_uri, allow))

struct ConsentDecided {
  std::string continue_to;

  static constexpr http::FieldDoc docs[] = {
      {"continue_to", "Where the browser goes on.", R"("/oauth/authorize?client_id=…&request_uri=…")"}};
};
BOOST_DESCRIBE_STRUCT(ConsentDecided, (), (continue_to))

/// `POST /oauth/consent`: counts for this request in the caller's session alone; what was allowed is remembered.
Result<ConsentDecided> decide_consent(Auth& auth, const ConsentDecision& input, http::Context& context);

}  // namespace voyages::auth::oauth
