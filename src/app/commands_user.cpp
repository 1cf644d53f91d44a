#include <fmt/format.h>

#include <optional>

#include "app/commands.h"
#include "app/engine.h"
#include "auth/account/admin_users.h"
#include "auth/account/me.h"
#include "auth/account/reset_password.h"
#include "auth/registration.h"
#include "auth/session.h"
#include "auth/table_keys.h"
#include "base/failure.h"
#include "base/terminal.h"

namespace voyages::app {

namespace {

using auth::User;

// The data, open beside a server that may be running on it.
struct Data {
  explicit Data(const Config& config) : engine(config, store::sqlite::Access::shared, LogLevel::warn) {}

  [[nodiscard]] auth::Auth& auth() { return engine.app().get<auth::Auth>(); }
  [[nodiscard]] Time now() const { return engine.clock().now(); }

  User find(const Email& email) {
    auto user = auth::find_user_by_email(auth().table, email);
    if (!user) throw Failure("No user has the address " + email.text() + ".", "See who there is: voyages user list");
    return std::move(*user);
  }

  Engine engine;
};

std::string join(const std::vector<std::string>& roles) { return fmt::format("{}", fmt::join(roles, ",")); }

void print_line(const User& user) {
  write_out("{}  {:<40}  {:<16}  {}\n", user.id, user.email, join(user.roles),
            user.disabled_at ? "disabled" : (user.email_verified_at ? "verified" : "unverified"));
}

template <class T>
T unwrap(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(*result);
    }
  }
  auto problem = result.error().message;
  for (const auto& field : result.error().fields) problem += fmt::format("\n  {}: {}", field.field, field.message);
  throw Failure(problem, "Change that, and run the command again.");
}

auth::NewPassword new_password(const Secret& text) {
  auto password = auth::NewPassword::parse(text.expose());
  if (!password) throw Failure(std::string(password.error().message), "Run the command again with another password.");
  return std::move(*password);
}

int set_disabled(const Config& config, const Email& email, bool disabled) {
  Data data(config);
  unwrap(auth::set_user(data.auth(), data.find(email), std::nullopt, disabled, data.now()));
  write_out("{} is {}.\n", email.text(), disabled ? "disabled; every session has ended" : "enabled");
  return 0;
}

}  // namespace

int user_add(const Config& config, const UserAdd& input) {
  Data data(config);
  const auto user = unwrap(auth::add_user(data.auth(), input.email, new_password(input.password), input.name,
                                          input.roles, input.verified, data.now()));
  print_line(user);
  return 0;
}

int user_list(const Config& config) {
  Data data(config);
  store::Query query{.source = store::Query::Source::index, .pk = std::string(auth::table_keys::users), .limit = 200};
  do {
    const auto page = data.auth().table.query(query);
    for (const auto& item : page.items) print_line(auth::to_user(item));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return 0;
}

int user_show(const Config& config, const Email& email) {
  Data data(config);
  const auto user = data.find(email);
  const auto time = [](const std::optional<Time>& at) { return at ? to_rfc3339(*at) : std::string("-"); };
  write_out(
      "id:           {}\nemail:        {}\nname:         {}\nroles:        {}\nverified at:  {}\ndisabled at:  {}\n"
      "created at:   {}\nsessions:     {}\n",
      user.id, user.email, user.name, join(user.roles), time(user.email_verified_at), time(user.disabled_at),
      to_rfc3339(user.created_at), auth::list_session_items(data.auth().table, user.id).size());
  return 0;
}

int user_disable(const Config& config, const Email& email) { return set_disabled(config, email, true); }
int user_enable(const Config& config, const Email& email) { return set_disabled(config, email, false); }

int user_role(const Config& config, const UserRoles& input) {
  Data data(config);
  auto user = data.find(input.email);
  auto roles = user.roles;
  for (const auto& role : input.remove) std::erase(roles, role);
  for (const auto& role : input.add) {
    if (std::ranges::find(roles, role) == roles.end()) roles.push_back(role);
  }
  print_line(unwrap(auth::set_user(data.auth(), std::move(user), std::move(roles), std::nullopt, data.now())));
  return 0;
}

int user_delete(const Config& config, const Email& email) {
  Data data(config);
  unwrap(auth::delete_user(data.auth(), data.find(email), data.now()));
  write_out("{} is deleted, with everything that belonged to it.\n", email.text());
  return 0;
}

int user_password(const Config& config, const Email& email, const Secret& password) {
  Data data(config);
  const auto user = data.find(email);
  unwrap(auth::set_password(data.auth(), user, new_password(password), data.now()));
  write_out("{} has a new password; every session has ended.\n", email.text());
  return 0;
}

int user_invite(const Config& config, const Email& email, const std::vector<std::string>& roles) {
  Data data(config);
  unwrap(auth::send_invite(data.auth(), email, roles, data.now()));
  write_out("An invitation for {} is queued; a running server sends it.\n", email.text());
  return 0;
}

}  // namespace voyages::app
