#include "auth/oauth/token/revocation.h"

#include "auth/oauth/token/client_token.h"
#include "auth/session_end.h"

namespace voyages::auth::oauth {

OAuthResult<void> revoke(Auth& auth, const Client& client, const Form& form, Time now) {
  const auto text = form.find("token");
  if (!text) return refuse(error::invalid_request, "token is missing.");
  const auto token = find_client_token(auth, *text, now);
  // RFC 7009 §2.2: what the client wanted is so already.
  if (!token) return {};
  // RFC 7009 §2.1: issued to another client.
  if (token->client_id() != client.client_id) {
    return refuse(error::invalid_grant, "The token is not one of this client's.");
  }
  const auto session = get(auth.table, session_key(token->user_id(), token->session_id()));
  // A token by client credentials has no session: the id is refused all the same from now on.
  const auto ended = session
                         ? to_ref(*session)
                         : SessionRef{.user_id = std::string(token->user_id()), .id = std::string(token->session_id())};
  auto writes = end_session(auth, ended, EndReason::revoked, now);
  // What is known of a session that ended before stays: a client gives back one token after the other.
  if (!session) std::get<store::Put>(writes.at(1)).conditions = {store::item_absent()};
  (void)auth.table.write(writes);
  announce_end(auth, ended);
  return {};
}

}  // namespace voyages::auth::oauth
