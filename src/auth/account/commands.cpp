#include "auth/account/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "auth/account/admin_users.h"
#include "auth/account/me.h"
#include "auth/account/reset_password.h"
#include "auth/registration.h"
#include "auth/session.h"
#include "auth/table_keys.h"
#include "base/failure.h"
#include "base/password_input.h"
#include "base/terminal.h"

namespace voyages::auth {

namespace {

// The data, open beside a server that may be running on it.
struct Accounts {
  explicit Accounts(part::Shell& shell) : auth(shell.house().offers.get<Auth>()), now(shell.house().clock.now()) {}

  [[nodiscard]] User find(const Email& email) const {
    auto user = find_user_by_email(auth.table, email);
    if (!user) throw Failure("No user has the address " + email.text() + ".", "See who there is: voyages user list");
    return std::move(*user);
  }

  Auth& auth;
  Time now;
};

std::string in_one_word(const std::vector<std::string>& roles) { return fmt::format("{}", fmt::join(roles, ",")); }

void print_line(const User& user) {
  write_out("{}  {:<40}  {:<16}  {}\n", user.id, user.email, in_one_word(user.roles),
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

Email email_of(const part::Arguments& typed) { return Email::parse(typed.value("EMAIL")).value(); }

Secret typed_password(const part::Arguments& typed) {
  if (!typed.has("--password-stdin") && isatty(STDIN_FILENO) != 1) {
    throw Failure("There is no terminal to ask for the password.",
                  "Add --password-stdin and give the password as the first line of standard input.");
  }
  return read_password(STDIN_FILENO, STDERR_FILENO);
}

NewPassword to_new_password(const Secret& text) {
  auto password = NewPassword::parse(text.expose());
  if (!password) throw Failure(std::string(password.error().message), "Run the command again with another password.");
  return std::move(*password);
}

int add_account(const part::Arguments& typed, part::Shell& shell) {
  const auto password = typed_password(typed);
  const Accounts data(shell);
  print_line(unwrap(add_user(data.auth, email_of(typed), to_new_password(password), typed.value("--name"),
                             typed.list("--role"), !typed.has("--unverified"), data.now)));
  return 0;
}

int list_accounts(const part::Arguments&, part::Shell& shell) {
  const Accounts data(shell);
  store::Query query{.source = store::Query::Source::index, .pk = std::string(table_keys::users), .limit = 200};
  do {
    const auto page = data.auth.table.query(query);
    for (const auto& item : page.items) print_line(to_user(item));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return 0;
}

int show_account(const part::Arguments& typed, part::Shell& shell) {
  const Accounts data(shell);
  const auto user = data.find(email_of(typed));
  const auto time = [](const std::optional<Time>& at) { return at ? to_rfc3339(*at) : std::string("-"); };
  write_out(
      "id:           {}\nemail:        {}\nname:         {}\nroles:        {}\nverified at:  {}\ndisabled at:  {}\n"
      "created at:   {}\nsessions:     {}\n",
      user.id, user.email, user.name, in_one_word(user.roles), time(user.email_verified_at), time(user.disabled_at),
      to_rfc3339(user.created_at), list_session_items(data.auth.table, user.id).size());
  return 0;
}

int set_account_disabled(const part::Arguments& typed, part::Shell& shell, bool disabled) {
  const Accounts data(shell);
  const auto email = email_of(typed);
  unwrap(set_user(data.auth, data.find(email), std::nullopt, disabled, data.now));
  write_out("{} is {}.\n", email.text(), disabled ? "disabled; every session has ended" : "enabled");
  return 0;
}

int disable_account(const part::Arguments& typed, part::Shell& shell) {
  return set_account_disabled(typed, shell, true);
}
int enable_account(const part::Arguments& typed, part::Shell& shell) {
  return set_account_disabled(typed, shell, false);
}

int change_roles(const part::Arguments& typed, part::Shell& shell) {
  const Accounts data(shell);
  auto user = data.find(email_of(typed));
  auto roles = user.roles;
  for (const auto& role : typed.list("--remove")) std::erase(roles, role);
  for (const auto& role : typed.list("--add")) {
    if (std::ranges::find(roles, role) == roles.end()) roles.push_back(role);
  }
  print_line(unwrap(set_user(data.auth, std::move(user), std::move(roles), std::nullopt, data.now)));
  return 0;
}

int delete_account(const part::Arguments& typed, part::Shell& shell) {
  const Accounts data(shell);
  const auto email = email_of(typed);
  unwrap(delete_user(data.auth, data.find(email), data.now));
  write_out("{} is deleted, with everything that belonged to it.\n", email.text());
  return 0;
}

int renew_password(const part::Arguments& typed, part::Shell& shell) {
  const auto password = typed_password(typed);
  const Accounts data(shell);
  const auto email = email_of(typed);
  const auto user = data.find(email);
  unwrap(set_password(data.auth, user, to_new_password(password), data.now));
  write_out("{} has a new password; every session has ended.\n", email.text());
  return 0;
}

int invite_person(const part::Arguments& typed, part::Shell& shell) {
  const Accounts data(shell);
  const auto email = email_of(typed);
  unwrap(send_invite(data.auth, email, typed.list("--role"), data.now));
  write_out("An invitation for {} is queued; a running server sends it.\n", email.text());
  return 0;
}

part::Argument email_argument() {
  return {.name = "EMAIL",
          .description = "The account's e-mail address.",
          .required = true,
          .fault = part::parse_fault<Email>};
}

part::Argument roles_argument(const std::string& option, const std::string& description) {
  return {.name = option,
          .description = description,
          .kind = part::Argument::Kind::list,
          .type = "ROLE",
          .fault = part::parse_fault<Role>};
}

part::Argument change_argument(const std::string& option, const std::string& description) {
  auto argument = roles_argument(option, description);
  argument.one_of_group = true;
  return argument;
}

part::Argument password_argument() {
  return {
      .name = "--password-stdin",
      .description = "Read the password from the first line of standard input; at a terminal it is asked for anyway.",
      .kind = part::Argument::Kind::flag};
}

part::Command for_email(const std::string& path, const std::string& description,
                        int (*act)(const part::Arguments&, part::Shell&)) {
  return {.path = path, .description = description, .arguments = {email_argument()}, .run = act};
}

}  // namespace

std::vector<part::Command> user_commands() {
  return {
      {.path = "user", .description = "See and change accounts."},
      {.path = "user add",
       .description = "Make an account.",
       .arguments = {email_argument(),
                     roles_argument("--role", "A role of the account, as owner or admin; may be repeated."),
                     {.name = "--name", .description = "The person's name.", .fault = part::parse_fault<UserName>},
                     {.name = "--unverified",
                      .description = "Do not take the address as proven, as is done otherwise.",
                      .kind = part::Argument::Kind::flag},
                     password_argument()},
       .run = add_account},
      {.path = "user list", .description = "List all accounts.", .run = list_accounts},
      for_email("user show", "Show one account.", show_account),
      for_email("user disable", "Lock an account out: its sessions end, it cannot sign in.", disable_account),
      for_email("user enable", "Let a disabled account sign in again.", enable_account),
      for_email("user delete", "Remove an account and all that belongs to it. There is no way back.", delete_account),
      {.path = "user role",
       .description = "Give or take roles.",
       .arguments = {email_argument(), change_argument("--add", "A role to give; may be repeated."),
                     change_argument("--remove", "A role to take; may be repeated.")},
       .run = change_roles},
      {.path = "user password",
       .description = "Set a new password; the account's sessions end.",
       .arguments = {email_argument(), password_argument()},
       .run = renew_password},
      {.path = "user invite",
       .description = "Make an invitation and print its link.",
       .arguments = {email_argument(), roles_argument("--role", "A role that the account will have; may be repeated.")},
       .run = invite_person},
  };
}

}  // namespace voyages::auth
