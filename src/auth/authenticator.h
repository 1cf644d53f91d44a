#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/auth.h"
#include "auth/live_sessions.h"
#include "http/context.h"
#include "http/router.h"

namespace voyages::auth {

/// The cookie that may carry an access token for `GET /auth/verify`, behind TLS and without.
inline constexpr std::string_view secure_token_cookie = "__Host-voyages_token";
inline constexpr std::string_view token_cookie = "voyages_token";

/// Reads `Authorization: Bearer …` (RFC 6750 §2.1), or else the cookie of a browser's session. An access token is
/// verified, its session must not be blacklisted, and where a route asks for a permission the account itself is read,
/// since a token may remember roles that were taken away. What changes something must come from our own pages when it
/// comes by cookie. What a caller may do, `Permissions` decides.
class CallerAuthenticator final : public http::Authenticator {
 public:
  explicit CallerAuthenticator(Auth& auth) : auth_(auth), live_sessions_(auth.options.revocation_cache) {}

  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> authenticate(const http::Request& request,
                                                                            std::string_view permission,
                                                                            Time now) override;

  /// The same for a token that came otherwise. `permission` may be a role, too.
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check(std::string_view token,
                                                                     std::string_view permission, Time now);
  /// The same for a browser's session; a page of another site may ask for what changes nothing.
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check_cookie(const http::Headers& headers,
                                                                            std::string_view permission);
  [[nodiscard]] const AuthOptions& options() const { return auth_.options; }

 private:
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check_session(
      std::shared_ptr<const http::Principal> caller, Time now);
  [[nodiscard]] Result<std::shared_ptr<const http::Principal>> check_account(const http::Principal& caller,
                                                                             std::string_view permission);

  Auth& auth_;
  LiveSessions live_sessions_;
};

/// For a route that people come to signed in or not: the browser's session, where the request has the cookie of one,
/// becomes `Context::caller`. What changes something is refused with `cross_site_request` from another site, be there a
/// session or none.
void take_browser_along(http::Route& route, Auth& auth);

/// Returns the token in `Authorization: Bearer`, or nullopt if there is none.
std::optional<std::string_view> bearer_token(const http::Request& request);

/// Whether a page of ours sent the request, and none of another site: the browser itself says so, and no page can forge
/// it.
bool from_our_pages(const http::Headers& headers, std::string_view public_url);

}  // namespace voyages::auth
