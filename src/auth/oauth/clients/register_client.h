#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <optional>

#include "auth/auth.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/error.h"
#include "http/context.h"
#include "http/message.h"

/// Programs that register themselves as clients (RFC 7591), and look after what they registered (RFC 7592).
namespace voyages::auth::oauth {

/// A client that registered itself is deleted after it has fetched no tokens for this long.
inline constexpr std::chrono::seconds unused_client_ttl = std::chrono::days(30);

/// Returns the write that keeps such a client, at most once a day, or nullopt if none is due.
std::optional<store::Write> keep_registered(const Client& client, Time now);

/// `POST /oauth/register` (RFC 7591 §3): where the operator opened it.
http::Response register_client(Auth& auth, const http::Request& request, http::Context& context);

/// `GET`, `PUT` and `DELETE /oauth/register/{client_id}` (RFC 7592 §2), with the registration access token.
http::Response read_registration(Auth& auth, const http::Request& request, http::Context& context);
http::Response change_registration(Auth& auth, const http::Request& request, http::Context& context);
http::Response delete_registration(Auth& auth, const http::Request& request, http::Context& context);

}  // namespace voyages::auth::oauth
