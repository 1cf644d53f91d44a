#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/registration.h"
#include "auth/user.h"
#include "http/context.h"
#include "http/list.h"
#include "http/types.h"

namespace voyages::auth {

/// The name of a role: 1 to 40 lower-case letters, digits, `_`, `-`, `:` and `.`.
class Role {
 public:
  static std::expected<Role, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Role(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// `GET /admin/users`: in the order of registration.
Result<http::List<UserView>> list_users(Auth& auth, const http::ListInput& input, http::Context& context);

struct UserInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(UserInput, (), (id))

/// `GET /admin/users/{id}`.
Result<UserResponse> get_user(Auth& auth, const UserInput& input, http::Context& context);

struct UpdateUserRequest {
  http::Uuid id;
  std::optional<std::vector<Role>> roles;
  std::optional<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(UpdateUserRequest, (), (id, roles, disabled))

/// `PATCH /admin/users/{id}`: new roles count at once; a disabled user's sessions end.
Result<UserResponse> update_user(Auth& auth, const UpdateUserRequest& input, http::Context& context);

/// `DELETE /admin/users/{id}`.
Result<void> remove_user(Auth& auth, const UserInput& input, http::Context& context);

/// `POST /admin/users/{id}/end-sessions`.
Result<void> end_user_sessions(Auth& auth, const UserInput& input, http::Context& context);

struct InviteRequest {
  Email email;
  std::optional<std::vector<Role>> roles;
};
BOOST_DESCRIBE_STRUCT(InviteRequest, (), (email, roles))

/// `POST /admin/invites`: mails a link that lets this address register, where registration is by invitation too.
Result<void> invite(Auth& auth, const InviteRequest& input, http::Context& context);

/// The change itself, for the command line too, which may do all.
Result<User> set_user(Auth& auth, User user, std::optional<std::vector<std::string>> roles,
                      std::optional<bool> disabled, Time now);
Result<void> send_invite(Auth& auth, const Email& email, const std::vector<std::string>& roles, Time now);

}  // namespace voyages::auth
