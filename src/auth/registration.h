#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "auth/auth.h"
#include "auth/errors.h"
#include "auth/password.h"
#include "auth/user.h"
#include "http/context.h"

namespace voyages::auth {

/// What a person is called.
using UserName = http::Name<1, 100>;

struct RegisterRequest {
  Email email;
  NewPassword password;
  std::optional<UserName> name;
  std::optional<std::string> invite_token;

  static constexpr http::FieldDoc docs[] = {
      {"invite_token", "From an invitation mail; needed where registration is by invitation."}};
};
BOOST_DESCRIBE_STRUCT(RegisterRequest, (), (email, password, name, invite_token))

struct UserResponse {
  UserView user;
};
BOOST_DESCRIBE_STRUCT(UserResponse, (), (user))

/// The answer where addresses must be verified: the same whether the address was taken or not.
struct VerificationPending {
  std::string status;
  std::string email;

  static constexpr http::FieldDoc docs[] = {{"status", "", R"("verification_pending")"},
                                            {"email", "", R"("ada@example.com")"}};
};
BOOST_DESCRIBE_STRUCT(VerificationPending, (), (status, email))

using RegisterResponse = std::variant<UserResponse, VerificationPending>;

/// `POST /auth/register`.
Result<RegisterResponse> register_user(Auth& auth, const RegisterRequest& input, http::Context& context);

struct SetupRequest {
  std::string token;
  Email email;
  NewPassword password;
  std::optional<UserName> name;

  static constexpr http::FieldDoc docs[] = {
      {"token", "From the link that the first start printed.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071.Zm9v…")"}};
};
BOOST_DESCRIBE_STRUCT(SetupRequest, (), (token, email, password, name))

/// `POST /auth/setup`: makes the owner's account, once.
Result<UserResponse> setup_owner(Auth& auth, const SetupRequest& input, http::Context& context);

/// True until an owner was made.
bool needs_setup(store::Table& table);
/// A one-time secret for `POST /auth/setup`, while there is no owner.
std::optional<std::string> make_setup_token(Auth& auth, Time now);

/// A user about to be made: the writes that make it. `roles` with `owner` also ends the set-up. With an empty password,
/// nobody signs in by one until its owner has reset it.
struct NewUser {
  User user;
  std::vector<store::Write> writes;
};
NewUser new_user(Auth& auth, const Email& email, const Secret& password, std::string name,
                 std::vector<std::string> roles, bool verified, Time now);

/// Makes a user for the command line, which answers for the address if it says so.
Result<User> add_user(Auth& auth, const Email& email, const NewPassword& password, std::string name,
                      std::vector<std::string> roles, bool verified, Time now);

}  // namespace voyages::auth
