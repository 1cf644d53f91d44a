#include <fmt/format.h>

#include "app/commands.h"
#include "app/engine.h"
#include "auth/service_token.h"
#include "base/failure.h"
#include "base/terminal.h"

namespace voyages::app {

namespace {

std::string end_of(const auth::ServiceToken& token, Time now) {
  if (!token.ends_at) return "until it is revoked";
  return (*token.ends_at > now ? "until " : "expired ") + to_rfc3339(*token.ends_at);
}

}  // namespace

int token_add(const Config& config, const TokenAdd& input) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto now = data.clock().now();
  const auto made = auth::add_service_token(data.table(), input.name, input.scopes, input.expires_in, now);
  // Apart from the token, so that `TOKEN=$(voyages token add ...)` catches it alone.
  write_err("Keep this token: it is shown only now. It is good {}.\n", end_of(made.token, now));
  write_out("{}\n", made.text.expose());
  return 0;
}

int token_list(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto now = data.clock().now();
  for (const auto& token : auth::list_service_tokens(data.table())) {
    write_out("{}  {:<24}  {:<16}  made {}  {}\n", token.id, token.name, fmt::join(token.scopes, ","),
              to_rfc3339(token.created_at), end_of(token, now));
  }
  return 0;
}

int token_revoke(const Config& config, const std::string& id) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  if (!auth::revoke_service_token(data.table(), id)) {
    throw Failure("There is no service token with this id.", "See which there are: voyages token list");
  }
  write_out("{} is revoked; nobody is let in by it any more.\n", id);
  return 0;
}

}  // namespace voyages::app
