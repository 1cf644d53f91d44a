#include "app/commands.h"
#include "app/engine.h"
#include "auth/auth.h"
#include "auth/jobs.h"
#include "base/terminal.h"

namespace voyages::app {

int keys_list(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  const auto now = data.clock().now();
  for (const auto& key : data.app().get<auth::Auth>().keys.list(now)) {
    write_out("{}  {}  signs from {}{}\n", key.jwk.kid(), to_string(key.jwk.algorithm()), to_rfc3339(key.signs_from),
              key.expires_at ? "  verifies until " + to_rfc3339(*key.expires_at) : "");
  }
  return 0;
}

int keys_rotate(const Config& config, bool now) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::warn);
  // Long enough for the last token that the old key signs, however a server is configured, and then some.
  const auto overlap = auth::max_access_token_ttl + std::chrono::minutes(5);
  data.app().get<auth::Auth>().keys.rotate(config.of<auth::AuthOptions>().signing_algorithm, overlap,
                                           data.clock().now(), now);
  // A running server would look for new keys within a minute; after a leak that is long.
  data.app().house().queue.send(auth::job::reload_keys, "{}");
  write_out("{}\n",
            now ? "A new key signs from now on; tokens of the old ones are refused, within seconds by a running server."
                : "A new key is published now and signs in ten minutes; the old one verifies what it has signed.");
  return keys_list(config);
}

}  // namespace voyages::app
