#include "auth/user.h"

#include <algorithm>

namespace voyages::auth {

namespace {

std::optional<Time> optional_time(const store::Item& item, std::string_view name) {
  const auto* value = item.find<std::int64_t>(name);
  if (!value) return std::nullopt;
  return from_ms(*value);
}

}  // namespace

bool User::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

UserView view(const User& user) {
  return {user.id,
          user.email,
          user.name.empty() ? std::nullopt : std::optional(user.name),
          user.roles,
          user.email_verified_at.has_value(),
          user.disabled_at.has_value(),
          !user.password_hash.empty(),
          user.created_at,
          user.updated_at};
}

store::Key user_key(std::string_view user_id) { return {"USER#" + std::string(user_id), "PROFILE"}; }
store::Key email_key(std::string_view normalised) { return {"EMAIL#" + std::string(normalised), "USER"}; }

store::Item to_item(const User& user) {
  store::Attributes attributes{{"email", user.email},
                               {"email_normalised", user.email_normalised},
                               {"name", user.name},
                               {"password_hash", user.password_hash},
                               {"roles", user.roles},
                               {"reset_token_id", user.reset_token_id},
                               {"verify_token_id", user.verify_token_id},
                               {"created_at", to_ms(user.created_at)},
                               {"updated_at", to_ms(user.updated_at)}};
  if (user.email_verified_at) attributes["email_verified_at"] = to_ms(*user.email_verified_at);
  if (user.disabled_at) attributes["disabled_at"] = to_ms(*user.disabled_at);
  return {user_key(user.id), std::move(attributes), store::IndexKey{"USERS", user.id}};
}

User to_user(const store::Item& item) {
  return {.id = item.key.pk.substr(std::string_view("USER#").size()),
          .email = std::string(item.text("email")),
          .email_normalised = std::string(item.text("email_normalised")),
          .name = std::string(item.text("name")),
          .password_hash = std::string(item.text("password_hash")),
          .roles = item.list("roles"),
          .email_verified_at = optional_time(item, "email_verified_at"),
          .disabled_at = optional_time(item, "disabled_at"),
          .reset_token_id = std::string(item.text("reset_token_id")),
          .verify_token_id = std::string(item.text("verify_token_id")),
          .created_at = from_ms(item.number("created_at")),
          .updated_at = from_ms(item.number("updated_at")),
          .version = item.number("version")};
}

store::Item email_item(const User& user) { return {email_key(user.email_normalised), {{"user_id", user.id}}}; }

store::Update change_user(std::string_view user_id, store::Attributes set, std::vector<store::Condition> conditions) {
  return {
      .key = user_key(user_id), .set = std::move(set), .add = {{"version", 1}}, .conditions = std::move(conditions)};
}

std::vector<store::Condition> unchanged(const User& user) {
  // A user that was never changed, or not since versions are counted, has none.
  return {store::item_exists(), user.version == 0 ? store::absent("version") : store::equals("version", user.version)};
}

std::optional<User> find_user(store::Table& table, std::string_view user_id, store::Consistency consistency) {
  const auto item = get(table, user_key(user_id), consistency);
  if (!item) return std::nullopt;
  return to_user(*item);
}

std::optional<User> find_user_by_email(store::Table& table, const Email& email) {
  const auto pointer = get(table, email_key(email.normalised()));
  if (!pointer) return std::nullopt;
  return find_user(table, pointer->text("user_id"));
}

}  // namespace voyages::auth
