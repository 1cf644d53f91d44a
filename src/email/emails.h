#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "crypto/seal.h"
#include "email/message.h"
#include "email/outbox.h"
#include "email/suppression.h"
#include "email/templates.h"
#include "email/transport.h"
#include "store/blobs.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::email {

/// What an operator decides about mail.
struct EmailOptions {
  std::string public_url;  // links for unsubscribing begin with it
  Mailbox from{};
  Mailbox reply_to{};                   // without an address: none
  std::uint32_t attempts = 12;          // tries until a mail has failed
  std::uint32_t caller_limit = 10'000;  // mails an hour that one caller may queue; 0: any number
  std::uint32_t recipient_limit = 20;   // mails an hour to one address; 0: any number
  std::filesystem::path templates{};    // empty: `templates` in the data directory
};

/// What the use cases of this folder work with. Wired once, in `app/`.
struct Emails {
  store::Table& table;
  store::Queue& queue;
  store::Blobs& blobs;
  Outbox& outbox;
  Templates& templates;
  Transport& transport;
  SuppressionList& suppressions;
  const crypto::MasterKey& master_key;
  Logger& log;
  EmailOptions options;
  Time workers_since{};  // no worker is older: the process's start, where there is one process
};

}  // namespace voyages::email
