#include "auth/routes.h"

#include "auth/account/admin_users.h"
#include "auth/account/change_password.h"
#include "auth/account/me.h"
#include "auth/account/owners.h"
#include "auth/account/reset_password.h"
#include "auth/browser_session.h"
#include "auth/errors.h"
#include "auth/login.h"
#include "auth/logout.h"
#include "auth/refresh.h"
#include "auth/registration.h"
#include "auth/request_limit.h"
#include "auth/sessions.h"
#include "auth/verify.h"
#include "auth/verify_email.h"
#include "http/endpoint.h"
#include "http/raw_route.h"

namespace voyages::auth {

namespace {

using http::bind;
using http::Context;
using http::Cors;
using http::Lane;

void add_registration(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "auth");
  routes.post("/auth/register", "register", bind(auth, register_user))
      .summary("Create an account")
      .description(
          "Where addresses must be verified, the answer is 202 and the same whether the address was taken or not.")
      .lane(Lane::hashing)
      .answers(201)
      .may_answer(202, "A mail with a link is on its way.")
      .fails(403, registration_closed)
      .fails(403, invalid_invite)
      .fails(409, email_taken)
      .fails(429, too_many_requests);
  routes.post("/auth/setup", "setup", bind(auth, setup_owner))
      .summary("Create the owner's account, once, with the token that the first start printed")
      .lane(Lane::hashing)
      .answers(201)
      .fails(403, setup_done)
      .fails(409, email_taken);
  routes.post("/auth/verify-email", "verify_email", bind(auth, verify_email))
      .summary("Confirm an address with the token from the mail")
      .fails(400, invalid_link)
      .fails(409, email_taken);
  routes.post("/auth/resend-verification", "resend_verification", bind(auth, resend_verification))
      .summary("Ask for another verification mail")
      .answers(202)
      .fails(429, too_many_requests);
}

void add_sign_in(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "auth");
  routes.post("/auth/login", "login", bind(auth, login))
      .summary("Sign in with an address and a password")
      .lane(Lane::hashing)
      .fails(401, invalid_credentials)
      .fails(403, account_disabled)
      .fails(403, email_not_verified)
      .fails(429, too_many_attempts);
  auto& session = routes.post("/auth/session", "sign_browser_in", bind(auth, sign_browser_in));
  take_browser_along(session, auth);
  session.summary("Sign the browser in, for the pages of this server")
      .description(
          "As `POST /auth/login`, but the session is kept in a cookie that no script can read. With it the browser "
          "calls "
          "every route of a signed-in user; what changes something must come from the pages of this server.")
      .lane(Lane::hashing)
      .cors(Cors::never)
      .fails(401, invalid_credentials)
      .fails(403, http::cross_site_request)
      .fails(403, account_disabled)
      .fails(403, email_not_verified)
      .fails(429, too_many_attempts);
  routes.post("/auth/refresh", "refresh", bind(auth, refresh))
      .summary("Trade a refresh token for a new pair")
      .description(
          "A refresh token works once. Used again within seconds it gives the same new token, so two tabs do not log "
          "each "
          "other out; used again later, it ends the session.")
      .fails(401, invalid_refresh_token);
  routes.post("/auth/logout", "logout", bind(auth, logout)).summary("End this session").signed_in();
  routes.post("/auth/forgot-password", "forgot_password", bind(auth, forgot_password))
      .summary("Ask for a mail with a link to choose a new password")
      .description("The answer is the same whether an account has the address or not.")
      .answers(202)
      .fails(429, too_many_requests);
  routes.post("/auth/reset-password", "reset_password", bind(auth, reset_password))
      .summary("Choose a new password with the token from the mail")
      .description("Ends every session.")
      .lane(Lane::hashing)
      .fails(400, invalid_link);
}

void add_account(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "account");
  routes.get("/auth/me", "get_me", bind(auth, get_me))
      .summary("The signed-in user")
      .signed_in()
      .lane(Lane::quick)
      .fails(404, user_not_found);
  routes.patch("/auth/me", "update_me", bind(auth, update_me))
      .summary("Change the name or the address")
      .signed_in()
      .lane(Lane::hashing)
      .fails(403, wrong_password)
      .fails(404, user_not_found)
      .fails(429, too_many_attempts);
  routes.del("/auth/me", "delete_me", bind(auth, delete_me))
      .summary("Delete the account and everything that belongs to it")
      .signed_in()
      .fails(404, user_not_found)
      .fails(409, last_owner);
  routes.post("/auth/change-password", "change_password", bind(auth, change_password))
      .summary("Change the password; ends every other session")
      .signed_in()
      .lane(Lane::hashing)
      .fails(403, wrong_password)
      .fails(404, user_not_found)
      .fails(409, conflict)
      .fails(429, too_many_attempts);
  routes.get("/auth/sessions", "list_sessions", bind(auth, list_sessions))
      .summary("Where the user is signed in, newest first")
      .signed_in();
  routes.del("/auth/sessions", "delete_other_sessions", bind(auth, delete_other_sessions))
      .summary("Sign out everywhere but here")
      .signed_in();
  routes.del("/auth/sessions/{id}", "delete_session", bind(auth, delete_session))
      .summary("Sign one place out")
      .signed_in()
      .fails(404, session_not_found);
}

void add_admin(http::Router& router, Auth& auth) {
  http::Endpoints routes(router, "admin");
  routes.get("/admin/users", "list_users", bind(auth, list_users))
      .summary("All users, in the order of registration")
      .signed_in("users:read");
  routes.get("/admin/users/{id}", "get_user", bind(auth, get_user))
      .summary("One user")
      .signed_in("users:read")
      .fails(404, user_not_found);
  routes.patch("/admin/users/{id}", "update_user", bind(auth, update_user))
      .summary("Change a user's roles, or disable or enable the account")
      .signed_in("users:write")
      .fails(403, owner_protected)
      .fails(404, user_not_found)
      .fails(409, last_owner)
      .fails(409, conflict);
  routes.del("/admin/users/{id}", "remove_user", bind(auth, remove_user))
      .summary("Delete a user and everything that belongs to it")
      .signed_in("users:write")
      .fails(403, owner_protected)
      .fails(404, user_not_found)
      .fails(409, last_owner);
  routes.post("/admin/users/{id}/end-sessions", "end_user_sessions", bind(auth, end_user_sessions))
      .summary("Sign a user out everywhere")
      .signed_in("users:write")
      .fails(403, owner_protected)
      .fails(404, user_not_found);
  routes.post("/admin/invites", "invite", bind(auth, invite))
      .summary("Mail somebody a link to register with")
      .signed_in("users:write")
      .answers(202)
      .fails(403, owner_protected)
      .fails(409, email_taken);
}

// Not typed: its input is a header or a cookie, and its output is headers.
void add_verify(http::Router& router, CallerAuthenticator& authenticator) {
  const auto describe_input = [](http::SchemaBook&) {
    return http::Route::Input{
        .schema = {{"type", "object"},
                   {"properties",
                    {{"role", {{"type", "string"}, {"description", "A role or permission that the user must have."}}},
                     {"redirect",
                      {{"type", "boolean"},
                       {"description", "Send a browser that is not signed in to the sign-in page, by 303."}}}}}},
        .from_body = false,
        .refused = false};
  };
  http::add_raw_route(router, {.path = "/auth/verify", .operation_id = "verify", .input = describe_input},
                      [&authenticator](const http::Request& request, Context& context) {
                        return verify(authenticator, request, context);
                      })
      .tag("auth")
      .summary("Forward authentication for nginx, Caddy and Traefik")
      .header("Remote-User", "The user's id.")
      .header("Remote-Email", "The user's address; empty until it is verified.")
      .header("Remote-Groups", "The user's roles, separated by commas.")
      .description(
          "`Remote-User`, `Remote-Groups` and `Remote-Email` say who is signed in by the access "
          "token in `Authorization` or in the cookie `__Host-voyages_token` (`voyages_token` without TLS), or by the "
          "browser's session. Where a browser asks the proxy for the page in `X-Forwarded-Uri`, `Location` is the "
          "sign-in page that leads back to it.")
      .may_answer(303, "A browser is not signed in, and `redirect=true`.")
      .lane(Lane::quick)
      .fails(401, http::unauthenticated)
      .fails(401, invalid_token)
      .fails(401, expired_token)
      .fails(401, revoked_token)
      .fails(403, http::forbidden)
      .fails(403, http::service_not_allowed);
}

}  // namespace

void add_routes(http::Router& router, Auth& auth, CallerAuthenticator& authenticator) {
  add_registration(router, auth);
  add_sign_in(router, auth);
  add_account(router, auth);
  add_admin(router, auth);
  add_verify(router, authenticator);
}

}  // namespace voyages::auth
