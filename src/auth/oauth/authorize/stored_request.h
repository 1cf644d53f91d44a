#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "auth/oauth/authorize/authorization_request.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/form.h"
#include "base/clock.h"
#include "crypto/token.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// An authorization request that waits: pushed by its client (RFC 9126), or for a person to act. It is kept as the
/// parameters that it came with, which are checked anew each time: `TOKEN#<id>`/`AUTHORIZATION`. Its answer uses it up.
struct StoredRequest {
  std::string id;
  std::string client_id;
  Form form;
  std::string scope;               // of all that it asked for when it came, what the client might have
  std::optional<Time> asked_at{};  // when a browser first brought it here
  std::optional<bool> allowed{};   // what the person decided
  std::string decided_in{};        // the browser's session in which they did
};

/// How long a pushed request waits for the browser (RFC 9126 §2.2), and how long any then waits for the person.
inline constexpr std::chrono::seconds pushed_ttl{60};
inline constexpr std::chrono::minutes asked_ttl{10};

/// How many times `sign_up_limit` requests are stored in an hour for one user, and for those in one network who have
/// proved nothing: browsers that nobody is signed in at, and clients that are public or registered themselves. Whole
/// offices sign in in the morning.
inline constexpr std::int64_t stored_limit = 50;

/// A request about to be stored.
struct NewStoredRequest {
  std::string request_uri;
  store::Put put;
};
/// One that a browser has brought has `asked_at`. Only parameters that we read are kept; `scope` is what they ask for.
NewStoredRequest new_stored_request(std::string_view client_id, const Form& form, std::string_view scope,
                                    std::optional<Time> asked_at, Time now);

/// Whether it has the form that ours have; others name requests that stand elsewhere.
bool is_pushed_request_uri(std::string_view request_uri);

/// Reads the token in a `request_uri` of ours. Returns nullopt for any other URI.
std::optional<crypto::PresentedToken> read_request_uri(std::string_view request_uri);
store::Key stored_request_key(std::string_view id);
/// Reads the stored request. Returns nullopt if there is no item, the token's secret is wrong, or the request belongs
/// to another client.
std::optional<StoredRequest> to_stored_request(const crypto::PresentedToken& token,
                                               const std::optional<store::Item>& item, std::string_view client_id);

/// What it asks for, checked anew. It asks for what it asked for when it came, or is refused (`invalid_scope`): a
/// client that changes meanwhile what it may have gets nothing else than the person was shown.
OAuthResult<AuthorizationRequest> read_stored_request(const Auth& auth, const Client& client,
                                                      const StoredRequest& stored, Time now);

/// Whether a path of ours leads to a waiting request that wants its person to prove anew who they are (OpenID Connect
/// Core §3.1.2.1).
bool wants_proof(store::Table& table, std::string_view path);

/// A browser has brought it, and a person is asked.
store::Update mark_asked(std::string_view id, Time now);
/// The person has decided, in this session of their browser.
store::Update mark_decided(std::string_view id, bool allowed, std::string_view session_id);

/// `client_id=…&request_uri=…`, which is how the pages pass it on.
std::string request_query(std::string_view client_id, std::string_view request_uri);

}  // namespace voyages::auth::oauth
