#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "auth/oauth/token/token_answer.h"
#include "store/table.h"

namespace voyages::auth::oauth {

/// What a person allowed a client, in one of their browser's sessions.
struct Approval {
  Time approved_at{};
  std::string user_id;
  std::string session_id;  // the browser's
  Time session_ends_at{};
  std::string scope;
  std::vector<std::string> resources{};
  Time auth_time{};
  std::vector<std::string> amr{};
  std::vector<std::string> id_token_claims{};
};

/// Why no session began: whatever allowed it was used meanwhile, or the person's session, account or consent is gone,
/// or all that the client might ask for.
enum class NotBegun { used, gone };

/// The write after which the approval allows nothing more, given the id of the session that begins in the same
/// transaction.
using ApprovalUse = std::function<store::Write(const std::string& session_id)>;

/// Begins the client's session. It ends with the browser's, unless `offline_access` was allowed (OpenID Connect Core
/// §11); without the grant type `refresh_token` it has no refresh token.
std::expected<TokenGrant, NotBegun> begin_approved_session(Auth& auth, const TokenRequest& request, Approval approval,
                                                           const ApprovalUse& use_approval);

}  // namespace voyages::auth::oauth
