#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auth/access_token.h"
#include "auth/options.h"
#include "auth/permissions.h"
#include "auth/signing_keys.h"
#include "base/log.h"
#include "crypto/passwords.h"
#include "crypto/seal.h"
#include "email/outbox.h"
#include "http/client/guarded_client.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::auth {

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Auth {
  store::Table& table;
  store::Queue& queue;
  email::Outbox& outbox;
  crypto::PasswordHasher& passwords;
  SigningKeys& keys;
  AccessTokens& access_tokens;
  const crypto::MasterKey& master_key;
  http::client::GuardedClient& outgoing;  // to other sign-in providers, and to clients that are told of a logout
  Logger& log;
  AuthOptions options;
  Permissions permissions{};
  /// Whether a client is there, is not disabled, and may ask for this scope; without it no client is let in.
  std::function<bool(store::Table&, std::string_view client_id, std::string_view scope)> client_may_ask{};
  /// The SHA-256 of the first start's set-up secret, while there is no owner.
  std::optional<std::string> setup_secret_hash{};
};

}  // namespace voyages::auth
