#include "app/app.h"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>

#include "app/dead_letter_routes.h"
#include "app/hosted_pages.h"
#include "app/pages.h"
#include "auth/federation/provider.h"
#include "auth/federation/routes.h"
#include "auth/jobs.h"
#include "auth/oauth/logout/backchannel_logout.h"
#include "auth/oauth/routes.h"
#include "auth/registration.h"
#include "auth/routes.h"
#include "crypto/token.h"
#include "email/deliver.h"
#include "email/orphans.h"
#include "email/routes.h"

namespace voyages::app {

namespace {

auth::AuthOptions auth_options(const Config& config) {
  return {.public_url = config.public_url,
          .product_name = config.product_name,
          .registration = config.registration,
          .client_registration = config.client_registration,
          .verification_required = config.email_verification == EmailVerification::required,
          .sign_up_limit = config.sign_up_limit,
          .refresh_token_ttl = config.refresh_token_ttl,
          .session_ttl = config.session_ttl,
          .refresh_grace = config.refresh_grace,
          .revocation_cache = config.revocation_cache,
          .reset_token_ttl = config.reset_token_ttl,
          .verify_token_ttl = config.verify_token_ttl,
          .invite_token_ttl = config.invite_token_ttl};
}

email::EmailOptions email_options(const Config& config) {
  auto from = config.mail_from;
  if (from.address.empty()) from = {config.product_name, "noreply@" + config.public_host()};
  return {.public_url = config.public_url,
          .from = std::move(from),
          .reply_to = config.mail_reply_to,
          .attempts = config.mail_attempts,
          .caller_limit = config.mail_caller_limit,
          .recipient_limit = config.mail_recipient_limit};
}

bool is_mail(std::string_view kind) {
  return kind == email::send_mail || kind == email::send_urgent_mail || kind == email::send_bulk_mail;
}

http::FrontDoorOptions front_door_options(const Config& config) {
  // Checked when the configuration was read.
  return {.cors_origins = config.cors_origins,
          .trusted_proxies = http::TrustedProxies::parse(config.trusted_proxies).value()};
}

}  // namespace

std::filesystem::path templates_folder(const Config& config) {
  return config.templates.empty() ? config.data / "templates" : config.templates;
}

unsigned hashing_slots(const Config& config) {
  return config.password_slots != 0 ? config.password_slots : std::max(1U, std::thread::hardware_concurrency());
}

App::App(const Config& config, const Ports& ports, std::vector<health::Dependency> dependencies)
    : ports_(ports),
      queue_(ports.queue),
      dead_letters_(ports.table, queue_),
      outbox_(ports.table, queue_, ports.transport, ports.master_key, ports.log, config.public_host()),
      templates_({config.product_name, config.public_url}, templates_folder(config)),
      suppressions_(ports.table),
      emails_{.table = ports.table,
              .queue = queue_,
              .blobs = ports.blobs,
              .outbox = outbox_,
              .templates = templates_,
              .transport = ports.transport,
              .suppressions = suppressions_,
              .master_key = ports.master_key,
              .log = ports.log,
              .options = email_options(config),
              .workers_since = ports.workers_since},
      queue_attempts_(config.queue_attempts),
      passwords_({config.password_memory_kib, config.password_passes}, hashing_slots(config)),
      keys_(ports.table, ports.master_key, config.signing_algorithm, ports.clock.now()),
      access_tokens_(keys_, {.issuer = config.public_url, .ttl = config.access_token_ttl}),
      auth_{.table = ports.table,
            .queue = queue_,
            .outbox = outbox_,
            .passwords = passwords_,
            .keys = keys_,
            .access_tokens = access_tokens_,
            .master_key = ports.master_key,
            .outgoing = outgoing_,
            .log = ports.log,
            .options = auth_options(config)},
      authenticator_(auth_),
      health_(std::move(dependencies), ports.clock, ports.log),
      front_door_(add_all_routes(config), authenticator_, ports.clock, ports.log, ports.metrics,
                  front_door_options(config)),
      current_since_(ports.clock.now()) {}

const http::Router& App::add_all_routes(const Config& config) {
  health::add_routes(router_, health_);
  auth::add_routes(router_, auth_, authenticator_);
  auth::oauth::add_routes(router_, auth_);
  auth::federation::add_routes(router_, federation_, authenticator_);
  email::add_routes(router_, emails_);
  add_dead_letter_routes(router_, dead_letters_);
  if (ports_.captured_mails) email::add_capture_routes(router_, *ports_.captured_mails, mail_token_);
  add_hosted_pages(router_, config, auth_.table);
  add_pages(router_, load_branding(config));
  add_contract(router_);
  return router_;
}

void App::work(const store::QueueMessage& message) {
  // The last try's worker vanished, or could not write down that it failed.
  if (message.attempt > queue_attempts_) {
    return bury(message,
                message.last_failure.empty() ? "no worker came to the end of the last try" : message.last_failure);
  }
  try {
    do_work(message);
  } catch (const std::exception& exception) {
    if (message.attempt < queue_attempts_) throw;
    bury(message, exception.what());
  }
}

void App::bury(const store::QueueMessage& message, std::string_view reason) {
  dead_letters_.bury(message, reason, ports_.clock.now());
  ports_.log.error("work failed for good", {{"kind", message.kind},
                                            {"message_id", message.id},
                                            {"attempts", std::int64_t{message.attempt}},
                                            {"error", reason}});
  if (!ports_.notifier) return;
  ports_.notifier->notify("Cloud Voyages: work failed for good",
                          fmt::format("Message {} of the kind {} failed {} times and is a dead letter now. The last "
                                      "time: {}\n",
                                      message.id, message.kind, message.attempt, reason));
}

void App::do_work(const store::QueueMessage& message) {
  const auto now = ports_.clock.now();
  if (is_mail(message.kind)) {
    return email::deliver(emails_, message.body, now, {.message_id = message.id, .redelivered = message.attempt > 1});
  }
  if (auth::work(auth_, message, now)) return;
  throw std::runtime_error(fmt::format("no service knows work of the kind {}", message.kind));
}

void App::tick() {
  const auto now = ports_.clock.now();
  bool failed = false;
  // One part that fails keeps none of the others from its turn.
  const auto run = [&](std::string_view part, const std::function<void()>& work) {
    try {
      work();
    } catch (const std::exception& exception) {
      failed = true;
      ports_.log.error("a part of the tick failed", {{"part", part}, {"error", exception.what()}});
    }
  };
  run("mail", [&] {
    const auto count = outbox_.queue_due(now);
    if (count == 0) return;
    ports_.log.info("mail that was due, or lost, was queued", {{"count", static_cast<std::int64_t>(count)}});
  });
  run("attachments", [&] { (void)email::remove_orphans(emails_, orphans_cursor_, now); });
  run("logout notices", [&] {
    const auto count = auth::oauth::queue_lost_logout_notices(auth_, now);
    if (count == 0) return;
    ports_.log.info("logout notices that were lost were queued", {{"count", static_cast<std::int64_t>(count)}});
  });
  run("signing keys", [&] { keys_.reload(); });
  if (failed) throw std::runtime_error("not every part of the tick succeeded");
}

void App::keep_current() {
  const auto now = ports_.clock.now();
  if (now < current_since_ + std::chrono::minutes(1)) return;
  current_since_ = now;
  try {
    keys_.reload();
  } catch (const std::exception& exception) {
    ports_.log.warn("the signing keys could not be read anew", {{"error", exception.what()}});
  }
}

std::optional<std::string> App::make_setup_token() {
  if (!auth::needs_setup(ports_.table)) return std::nullopt;
  const auto token = crypto::new_token(ports_.clock.now());
  auth_.setup_secret_hash = token.secret_hash;
  return std::string(token.text.expose());
}

std::optional<std::string> App::make_mail_token() {
  if (!ports_.captured_mails) return std::nullopt;
  return mail_token_.make(ports_.clock.now());
}

}  // namespace voyages::app
