#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/jobs.h"
#include "auth/auth.h"
#include "auth/authenticator.h"
#include "auth/federation/federation.h"
#include "auth/signing_keys.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/notifier.h"
#include "crypto/passwords.h"
#include "crypto/seal.h"
#include "email/capture_routes.h"
#include "email/captured_mails.h"
#include "email/emails.h"
#include "email/outbox.h"
#include "email/suppression.h"
#include "email/templates.h"
#include "email/transport.h"
#include "health/health.h"
#include "http/front_door.h"
#include "http/router.h"
#include "store/dead_letters.h"
#include "store/queue.h"
#include "store/table.h"

namespace voyages::app {

/// What an `App` stands on, whichever engine is behind it. All of it outlives the app.
struct Ports {
  store::Table& table;
  store::Queue& queue;
  store::Blobs& blobs;
  email::Transport& transport;
  const crypto::MasterKey& master_key;
  const Clock& clock;
  Logger& log;
  Metrics& metrics;
  email::CapturedMails* captured_mails = nullptr;  // where the transport puts mails for people to read, if it does
  Notifier* notifier = nullptr;                    // who tells the operator; nothing: the log alone
  Time workers_since{};                            // since when no other process can have been at work; else the epoch
};

/// How many passwords are hashed at once: as configured, else one a core.
unsigned hashing_slots(const Config& config);
/// Where the operator's own mail templates are.
std::filesystem::path templates_folder(const Config& config);

/// The composition root: builds the services on the ports, and declares their routes. A runtime drives it through its
/// doors: `front_door()` for requests, `work` for queued messages, `tick` for the schedule.
class App {
 public:
  App(const Config& config, const Ports& ports, std::vector<health::Dependency> dependencies);
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  [[nodiscard]] http::Handler& front_door() { return front_door_; }
  /// Does one queued piece of work; throws when it failed and should be tried again. What failed for the last time
  /// becomes a dead letter, of which the operator is told, and counts as done.
  void work(const store::QueueMessage& message);
  /// Once a minute or so: queues what is due or was lost, tidies up, and looks for rotated keys.
  void tick();
  /// What another process may have changed is read anew: the signing keys, once a minute at most. For a runtime of one
  /// thread that no tick comes to. Never throws.
  void keep_current();

  /// A one-time secret for `POST /auth/setup`, while there is no owner.
  std::optional<std::string> make_setup_token();
  /// A secret that lets its holder read the captured mails while this process lives; nothing where none are captured.
  std::optional<std::string> make_mail_token();

  [[nodiscard]] auth::Auth& auth() { return auth_; }
  [[nodiscard]] email::Emails& emails() { return emails_; }
  [[nodiscard]] store::Queue& queue() { return queue_; }
  [[nodiscard]] store::DeadLetters& dead_letters() { return dead_letters_; }
  [[nodiscard]] const http::Router& router() const { return router_; }

 private:
  // The same router, for the front door to find all routes in it.
  const http::Router& add_all_routes(const Config& config);
  void do_work(const store::QueueMessage& message);
  void bury(const store::QueueMessage& message, std::string_view reason);

  Ports ports_;
  JobQueue queue_;
  store::DeadLetters dead_letters_;
  email::Outbox outbox_;
  email::Templates templates_;
  email::SuppressionList suppressions_;
  email::Emails emails_;
  std::uint32_t queue_attempts_;
  std::string orphans_cursor_;  // the tick's alone
  crypto::PasswordHasher passwords_;
  auth::SigningKeys keys_;
  auth::AccessTokens access_tokens_;
  http::client::Client outgoing_{http::client::Trust::system};
  auth::Auth auth_;
  auth::federation::Federation federation_{auth_};
  auth::CallerAuthenticator authenticator_;
  email::ReadingToken mail_token_;
  health::Health health_;
  http::Router router_;
  http::FrontDoor front_door_;
  Time current_since_;  // `keep_current`'s alone
};

}  // namespace voyages::app
