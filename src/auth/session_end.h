#pragma once

#include <expected>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "base/clock.h"
#include "store/table.h"

namespace voyages::auth {

/// Why a session was ended.
enum class EndReason { logout, revoked, password_change };

/// A session that is to be ended, as far as its end has to know it.
struct SessionRef {
  std::string user_id;
  std::string id;
  std::string token_id{};    // one of its refresh tokens, any of them; empty: it has none
  std::string client_id{};   // empty: the user's own
  std::string browser_id{};  // of a client's: the browser's session that it began in
  bool notified = false;     // its client is told
};
SessionRef to_ref(const store::Item& session);

/// The writes that end a session, its deletion first: it is gone, so nothing refreshes it, and its access tokens are
/// refused until the last of them has expired. One of its refresh tokens is remembered, so that they are found when the
/// account is deleted. A client that asked for it will be told.
std::vector<store::Write> end_session(const Auth& auth, const SessionRef& session, EndReason reason, Time now);
/// To be called once these writes have happened: the client is told soon, instead of in some minutes. Never throws.
void announce_end(const Auth& auth, const SessionRef& session);

/// Which of a user's session items are meant.
using SessionFilter = std::function<bool(const store::Item& session)>;
bool every_session(const store::Item& session);
/// One session, and those of clients that end with it.
SessionFilter with_children(std::string_view session_id);
/// The same for several.
SessionFilter with_children(std::set<std::string, std::less<>> session_ids);
/// All but those.
SessionFilter all_but(std::string_view session_id);
/// All that one client holds.
SessionFilter held_by(std::string_view client_id);

/// Ends those of a user's sessions, and does `with` in the same transaction as the last of them. When it returns, none
/// of them is left that began before `with` happened. Clients whose sessions outlive one of them are told all the same:
/// the person is signed out, which does not revoke what was allowed offline (Back-Channel Logout 1.0 §2.7).
std::expected<void, store::ConditionFailed> end_sessions(const Auth& auth, std::string_view user_id,
                                                         const SessionFilter& filter, EndReason reason,
                                                         std::span<const store::Write> with, Time now);

/// Makes the next refresh of each of the user's sessions read the user anew, since roles or address change, and does
/// `with` in the same transaction as the last of them. `ConditionFailed::index` is that in `with`.
std::expected<void, store::ConditionFailed> renew_sessions(const Auth& auth, std::string_view user_id,
                                                           std::span<const store::Write> with);

/// Ends all of a user's sessions, and removes the refresh tokens of these and of all that ended before.
void forget_sessions(const Auth& auth, std::string_view user_id, Time now);

/// Removes items, however many.
void delete_all(store::Table& table, std::span<const store::Key> keys);

}  // namespace voyages::auth
