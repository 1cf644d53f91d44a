#pragma once

#include <string_view>

#include "store/item_kind.h"

/// The keys of everything that accounts, OAuth and federation keep in the table.
namespace voyages::auth::table_keys {

inline constexpr std::string_view blacklist = "BLACKLIST#";
inline constexpr std::string_view client = "CLIENT#";
inline constexpr std::string_view dpop = "DPOP#";
inline constexpr std::string_view email = "EMAIL#";
inline constexpr std::string_view identity = "IDENTITY#";
inline constexpr std::string_view login = "LOGIN#";
inline constexpr std::string_view logout = "LOGOUT#";
inline constexpr std::string_view provider = "PROVIDER#";
inline constexpr std::string_view setup = "SETUP";
inline constexpr std::string_view signing_keys = "KEYS";
inline constexpr std::string_view token = "TOKEN#";
inline constexpr std::string_view user = "USER#";
inline constexpr std::string_view user_code = "USERCODE#";

/// Sort keys in the partition of a user.
inline constexpr std::string_view profile = "PROFILE";
inline constexpr std::string_view session = "SESSION#";
inline constexpr std::string_view ended = "ENDED#";
inline constexpr std::string_view consent = "CONSENT#";
inline constexpr std::string_view revoked = "REVOKED#";
inline constexpr std::string_view known = "KNOWN#";
inline constexpr std::string_view unlinked = "UNLINKED#";

/// Sort keys of an address or a network that tries to sign in.
inline constexpr std::string_view attempts = "ATTEMPTS";
inline constexpr std::string_view rate = "RATE#";
inline constexpr std::string_view mail = "MAIL#";
inline constexpr std::string_view mail_from = "MAIL_FROM#";

/// Sort keys of what a token that was handed out stands for.
inline constexpr std::string_view authorization = "AUTHORIZATION";
inline constexpr std::string_view code = "CODE";
inline constexpr std::string_view device = "DEVICE";
inline constexpr std::string_view federation = "FEDERATION";
inline constexpr std::string_view invite = "INVITE";
inline constexpr std::string_view refresh = "REFRESH";
inline constexpr std::string_view reset = "RESET";
inline constexpr std::string_view service = "SERVICE";
inline constexpr std::string_view verify = "VERIFY";

/// Partitions of the index.
inline constexpr std::string_view clients = "CLIENTS";
inline constexpr std::string_view logouts = "LOGOUTS";
inline constexpr std::string_view providers = "PROVIDERS";
inline constexpr std::string_view service_tokens = "SERVICE_TOKENS";
inline constexpr std::string_view users = "USERS";

inline constexpr store::ItemKind all[] = {
    {user, "<user_id>", profile, "", users, "An account."},
    {user, "<user_id>", session, "<session_id>", "", "A session, the user's own or a client's."},
    {user, "<user_id>", ended, "<session_id>", "", "A session that has ended while its access tokens last."},
    {user, "<user_id>", consent, "<client_id>", "", "What the user has allowed a client."},
    {user, "<user_id>", revoked, "<client_id>", "", "When the user took that back."},
    {user, "<user_id>", known, "<network>", "", "A network that the user has signed in from."},
    {user, "<user_id>", identity, "<provider>#<hash>", "", "An account at a provider that signs the user in."},
    {user, "<user_id>", unlinked, "<provider>#<hash>", "", "One that the user has removed."},
    {email, "<address>", "USER", "", "", "The account that has this address."},
    {identity, "<provider>#<hash>", "USER", "", "", "The account that this account at a provider signs in to."},
    {token, "<token_id>", refresh, "", "", "A refresh token."},
    {token, "<token_id>", authorization, "", "", "An authorization request that was pushed, or waits for consent."},
    {token, "<token_id>", code, "", "", "An authorization code."},
    {token, "<token_id>", device, "", "", "A device that waits to be let in."},
    {token, "<token_id>", federation, "", "", "A sign-in at a provider that has begun."},
    {token, "<token_id>", verify, "", "", "The link of a verification mail."},
    {token, "<token_id>", reset, "", "", "The link of a reset mail."},
    {token, "<token_id>", invite, "", "", "The link of an invitation."},
    {token, "<token_id>", service, "", service_tokens, "A service token."},
    {user_code, "<code>", device, "", "", "The device that shows this code."},
    {blacklist, "<session_id>", "TOKEN", "", "", "A session whose access tokens are refused."},
    {login, "<address or network>", attempts, "", "", "Failed sign-ins."},
    {login, "<address or network>", rate, "<kind>", "", "Requests within the hour."},
    {login, "<address>", mail, "<kind>", "", "Mails that strangers caused within the hour."},
    {login, "<address>", mail_from, "<kind>#<network or user>", "", "Mails that these caused within the hour."},
    {client, "<client_id>", "CLIENT", "", clients, "An OAuth client."},
    {provider, "<provider>", "PROVIDER", "", providers, "A provider that signs people in."},
    {dpop, "<hash>", "PROOF", "", "", "A DPoP proof that was used."},
    {logout, "<session_id>", "PENDING", "", logouts, "A client that is to be told of a logout."},
    {signing_keys, "", "", "<use and time>", "", "A key that signs tokens, sealed."},
    {setup, "", "OWNER", "", "", "The first owner was made."},
};

}  // namespace voyages::auth::table_keys
