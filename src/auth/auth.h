#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "auth/access_token.h"
#include "auth/signing_keys.h"
#include "crypto/passwords.h"
#include "crypto/seal.h"
#include "email/outbox.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::auth {

/// Who may make an account.
enum class Registration { open, invite, closed };

struct AuthOptions {
  std::string public_url;  // where people reach us: links in mails begin with it
  Registration registration = Registration::open;
  bool verification_required = false;
  std::chrono::seconds refresh_token_ttl = std::chrono::days(30);
  std::chrono::seconds session_ttl = std::chrono::days(90);
  std::chrono::seconds refresh_grace{10};
  std::chrono::seconds reset_token_ttl = std::chrono::hours(1);
  std::chrono::seconds verify_token_ttl = std::chrono::hours(24);
  std::chrono::seconds invite_token_ttl = std::chrono::days(7);
};

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Auth {
  store::Table& table;
  store::Queue& queue;
  email::Outbox& outbox;
  crypto::PasswordHasher& passwords;
  SigningKeys& keys;
  AccessTokens& access_tokens;
  const crypto::MasterKey& master_key;
  AuthOptions options;
  /// The SHA-256 of the first start's set-up secret, while there is no owner.
  std::optional<std::string> setup_secret_hash{};
};

}  // namespace voyages::auth
