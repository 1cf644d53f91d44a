#include "auth/login.h"

#include "auth/session_limit.h"
#include "auth/sign_in.h"

namespace voyages::auth {

Result<LoginResponse> login(Auth& auth, const LoginRequest& input, http::Context& context) {
  auto proven = prove_by_password(auth, input.email, input.password, context);
  if (!proven) return fail(proven.error());
  auto user = view(proven->user);
  auto session = prepare_session(auth, proven->user, context);
  if (!begin_proven_session(auth, std::move(*proven), std::move(session.writes), context.now)) {
    return fail(invalid_credentials);  // the account was changed this very moment
  }
  note_new_session(auth, session.claims.user_id);
  auto tokens = make_token_pair(auth.access_tokens, session.claims, std::move(session.refresh_token), context.now);
  return LoginResponse{std::move(tokens.access_token), std::move(tokens.token_type), tokens.expires_in,
                       std::move(tokens.refresh_token), std::move(user)};
}

}  // namespace voyages::auth
