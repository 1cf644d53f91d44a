#include "auth/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "auth/auth.h"
#include "auth/jobs.h"
#include "auth/service_token.h"
#include "base/failure.h"
#include "base/terminal.h"
#include "base/uuid.h"
#include "part/values.h"

namespace voyages::auth {

namespace {

int list_keys(part::Shell& shell) {
  const auto& house = shell.house();
  for (const auto& key : house.offers.get<Auth>().keys.list(house.clock.now())) {
    write_out("{}  {}  signs from {}{}\n", key.jwk.kid(), to_string(key.jwk.algorithm()), to_rfc3339(key.signs_from),
              key.expires_at ? "  verifies until " + to_rfc3339(*key.expires_at) : "");
  }
  return 0;
}

// `now`: tokens of the keys before are refused from this moment on, instead of being believed until they expire.
int rotate_keys(part::Shell& shell, bool now) {
  const auto& house = shell.house();
  // Long enough for the last token that the old key signs, however a server is configured, and then some.
  const auto overlap = max_access_token_ttl + std::chrono::minutes(5);
  house.offers.get<Auth>().keys.rotate(house.options.of<AuthOptions>().signing_algorithm, overlap, house.clock.now(),
                                       now);
  // A running server would look for new keys within a minute; after a leak that is long.
  house.queue.send(job::reload_keys, "{}");
  write_out("{}\n",
            now ? "A new key signs from now on; tokens of the old ones are refused, within seconds by a running server."
                : "A new key is published now and signs in ten minutes; the old one verifies what it has signed.");
  return list_keys(shell);
}

std::string end_of(const ServiceToken& token, Time now) {
  if (!token.ends_at) return "until it is revoked";
  return (*token.ends_at > now ? "until " : "expired ") + to_rfc3339(*token.ends_at);
}

Permissions permissions_of(std::span<const part::Permission> all) { return Permissions({all.begin(), all.end()}); }

int add_token(const part::Arguments& typed, part::Shell& shell) {
  const auto& house = shell.house();
  const auto permissions = permissions_of(house.permissions);
  std::vector<Scope> scopes;
  for (const auto& scope : typed.list("--scope")) scopes.push_back(Scope::parse(scope, permissions).value());
  const auto now = house.clock.now();
  const auto made = add_service_token(house.table, ServiceName::parse(typed.value("NAME")).value(), scopes,
                                      part::parse_duration(typed.value("--expires")), now);
  // Apart from the token, so that `TOKEN=$(voyages token add ...)` catches it alone.
  write_err("Keep this token: it is shown only now. It is good {}.\n", end_of(made.token, now));
  write_out("{}\n", made.text.expose());
  return 0;
}

int list_tokens(const part::Arguments&, part::Shell& shell) {
  const auto& house = shell.house();
  const auto now = house.clock.now();
  for (const auto& token : list_service_tokens(house.table)) {
    write_out("{}  {:<24}  {:<16}  made {}  {}\n", token.id, token.name, fmt::join(token.scopes, ","),
              to_rfc3339(token.created_at), end_of(token, now));
  }
  return 0;
}

int revoke_token(const part::Arguments& typed, part::Shell& shell) {
  const auto id = typed.value("ID");
  if (!revoke_service_token(shell.house().table, id)) {
    throw Failure("There is no service token with this id.", "See which there are: voyages token list");
  }
  write_out("{} is revoked; nobody is let in by it any more.\n", id);
  return 0;
}

std::string scope_fault(const std::string& text, std::span<const part::Permission> all) {
  const auto scope = Scope::parse(text, permissions_of(all));
  return scope ? std::string() : scope.error().message;
}

std::string lifetime_fault(const std::string& text) {
  const auto duration = part::parse_duration(text);
  if (duration && *duration >= min_service_token_ttl && *duration <= max_service_token_ttl) return {};
  return fmt::format("A token lives from {} to {}: write 12h or 90d.", part::show_duration(min_service_token_ttl),
                     part::show_duration(max_service_token_ttl));
}

std::string token_id_fault(const std::string& text) {
  return is_uuid7(text) ? "" : "This is not the id of a token; `voyages token list` shows the ids.";
}

}  // namespace

std::vector<part::Command> key_commands() {
  return {
      {.path = "keys", .description = "See and renew the keys that sign tokens."},
      {.path = "keys list",
       .description = "List the signing keys.",
       .run = [](const part::Arguments&, part::Shell& shell) { return list_keys(shell); }},
      {.path = "keys rotate",
       .description = "Sign with a new key; tokens of the old one are believed until they expire.",
       .arguments = {{.name = "--now",
                      .description = "Refuse tokens of the old keys at once, as after a leak.",
                      .kind = part::Argument::Kind::flag}},
       .run = [](const part::Arguments& typed, part::Shell& shell) { return rotate_keys(shell, typed.has("--now")); }},
  };
}

std::vector<part::Command> token_commands() {
  return {
      {.path = "token", .description = "Let programs in: tokens of their own, for what their scopes say."},
      {.path = "token add",
       .description = "Make a token, and print it this once.",
       .arguments = {{.name = "NAME",
                      .description = "Which program it is for.",
                      .required = true,
                      .fault = part::parse_fault<ServiceName>},
                     {.name = "--scope",
                      .description = "What it may do, as emails:send; may be repeated.",
                      .kind = part::Argument::Kind::list,
                      .type = "SCOPE",
                      .required = true,
                      .permission_fault = scope_fault},
                     {.name = "--expires",
                      .description = "How long it is good, as 90d (default: until it is revoked).",
                      .type = "DURATION",
                      .fault = lifetime_fault}},
       .run = add_token},
      {.path = "token list", .description = "List all tokens, without their secrets.", .run = list_tokens},
      {.path = "token revoke",
       .description = "Let nobody in by a token any more.",
       .arguments = {{.name = "ID",
                      .description = "The token's id: what stands before its dot.",
                      .required = true,
                      .fault = token_id_fault}},
       .run = revoke_token},
  };
}

}  // namespace voyages::auth
