#pragma once

#include <boost/describe.hpp>
#include <optional>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/registration.h"
#include "auth/user.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::auth {

/// `GET /auth/me`.
Result<UserResponse> get_me(Auth& auth, const http::Nothing& input, http::Context& context);

struct UpdateMeRequest {
  std::optional<http::Name<0, 100>> name;
  std::optional<Email> email;
  std::optional<Password> current_password;

  static constexpr http::FieldDoc docs[] = {
      {"name", "An empty text removes it.", R"("Ada King")"},
      {"email", "Takes effect when the link that we mail to the new address is opened."},
      {"current_password", "Needed to change the address."},
  };
};
BOOST_DESCRIBE_STRUCT(UpdateMeRequest, (), (name, email, current_password))

/// `PATCH /auth/me`.
Result<UserResponse> update_me(Auth& auth, const UpdateMeRequest& input, http::Context& context);

/// `DELETE /auth/me`: the account and all that the table knows of it are gone.
Result<void> delete_me(Auth& auth, const http::Nothing& input, http::Context& context);

/// Removes a user with everything of theirs, and has every other part forget them. Not the only owner.
Result<void> delete_user(Auth& auth, const User& user, Time now);
/// Removes what is left of a user whose account is gone.
void finish_deletion(Auth& auth, const std::string& user_id, Time now);

}  // namespace voyages::auth
