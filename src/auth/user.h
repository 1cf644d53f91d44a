#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/email_address.h"
#include "http/types.h"
#include "store/table.h"

namespace voyages::auth {

/// How many roles a user can have; every token carries them all.
inline constexpr std::size_t max_roles = 32;

/// A person with an account. In the table twice: `USER#<id>`/`PROFILE`, and `EMAIL#<address>`/`USER`, which makes the
/// address unique and login strongly consistent.
struct User {
  std::string id;
  std::string email;             // the same as the next
  std::string email_normalised;  // one spelling per mailbox
  std::string name{};
  std::string password_hash{};  // PHC; empty: nobody can log in with a password
  std::vector<std::string> roles{};
  std::optional<Time> email_verified_at{};
  std::optional<Time> disabled_at{};
  std::string reset_token_ids{};   // of the reset mails whose links work: `link_ids`
  std::string verify_token_ids{};  // of the verification mails
  Time created_at{};
  Time updated_at{};
  bool has_bad_email = false;  // kept by an older version, and none: it counts as unverified, whatever the item says
  std::int64_t version = 0;    // how often the item was changed; each change counts it up

  [[nodiscard]] bool has_role(std::string_view role) const;
};

/// What others see of a user.
struct UserView {
  std::string id;
  std::string email;
  std::optional<std::string> name;
  std::vector<std::string> roles;
  bool email_verified;
  bool disabled;
  bool has_password;
  Time created_at;
  Time updated_at;

  static constexpr std::string_view list_name = "UserList";
  static constexpr http::FieldDoc docs[] = {
      {"id", "UUIDv7, so ids sort by the time of registration.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"email", "In lower case, its domain in ASCII.", R"("ada@example.com")"},
      {"name", "", R"("Ada Lovelace")"},
      {"has_password", "Without, the user signs in by a provider alone, and may choose one by mail."},
      {"roles", "`owner`, `admin`, or names of your own.", R"(["admin"])"},
  };
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, email, name, roles, email_verified, disabled, has_password, created_at, updated_at))

UserView view(const User& user);

store::Key user_key(std::string_view user_id);
store::Key email_key(std::string_view normalised);

store::Item to_item(const User& user);
User to_user(const store::Item& item);
/// The item that makes the address point to the user.
store::Item email_item(const User& user);

/// Changes a user's item, and counts its version up: every change of a user is made by this.
store::Update change_user(std::string_view user_id, store::Attributes set, std::vector<store::Condition> conditions);
/// The conditions under which the user is still as it was read.
std::vector<store::Condition> unchanged(const User& user);

std::optional<User> find_user(store::Table& table, std::string_view user_id,
                              store::Consistency consistency = store::Consistency::strong);
std::optional<User> find_user_by_email(store::Table& table, const Email& email);

}  // namespace voyages::auth
