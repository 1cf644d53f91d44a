#include "email/part.h"

#include <memory>

#include "email/capture_routes.h"
#include "email/commands.h"
#include "email/deliver.h"
#include "email/doctor.h"
#include "email/header_fields.h"
#include "email/orphans.h"
#include "email/permissions.h"
#include "email/routes.h"
#include "email/settings.h"
#include "email/table_keys.h"
#include "email/take_feedback.h"

namespace voyages::email {

namespace {

EmailOptions complete(EmailOptions options, const part::House& house) {
  options.public_url = house.public_url;
  if (options.from.address.empty()) options.from = {house.product_name, default_sender(house.public_host)};
  return options;
}

// What the part's functions share.
struct State {
  explicit State(const part::House& house)
      : outlet(house.offers.get<Outlet>()),
        outbox(house.table, house.queue, outlet.transport, house.master_key, house.log, house.public_host),
        templates({house.product_name, house.public_url},
                  templates_folder(house.options.of<EmailOptions>(), house.data)),
        suppressions(house.table),
        emails{.table = house.table,
               .queue = house.queue,
               .blobs = house.blobs,
               .outbox = outbox,
               .templates = templates,
               .transport = outlet.transport,
               .suppressions = suppressions,
               .master_key = house.master_key,
               .log = house.log,
               .options = complete(house.options.of<EmailOptions>(), house),
               .workers_since = house.workers_since} {}

  Outlet outlet;
  Outbox outbox;
  Templates templates;
  SuppressionList suppressions;
  Emails emails;
  ReadingToken reading_token;
  std::string orphans_cursor;  // its tick's alone
};

void queue_due(Emails& emails, Time now) {
  const auto count = emails.outbox.queue_due(now);
  if (count == 0) return;
  emails.log.info("mail that was due, or lost, was queued", {{"count", static_cast<std::int64_t>(count)}});
}

std::vector<part::Job> make_jobs(Emails& emails) {
  using store::Priority;
  using store::WorkClass;
  const auto job = [&emails](std::string_view kind, WorkClass work_class, Priority priority) {
    return part::Job{.kind = kind,
                     .run =
                         [&emails](const store::QueueMessage& message, Time now) {
                           deliver(emails, message.body, now,
                                   {.message_id = message.id, .redelivered = message.attempt > 1});
                         },
                     .work_class = work_class,
                     .priority = priority,
                     .waits_for = part::WaitsFor::mail_server};
  };
  return {job(send_urgent_mail, WorkClass::quick, Priority::high), job(send_mail, WorkClass::quick, Priority::normal),
          job(send_bulk_mail, WorkClass::slow, Priority::normal)};
}

bool take_notification(State& state, std::string_view message, Time now) {
  if (!state.outlet.read_feedback) return false;
  const auto feedback = state.outlet.read_feedback(message);
  if (feedback) take_feedback(state.emails, *feedback, now);
  return feedback.has_value();
}

part::Service open(const part::House& house) {
  const auto state = std::make_shared<State>(house);
  auto& emails = state->emails;
  house.offers.add(state->outbox).add(emails);
  return {.add_routes =
              [state](http::Router& router) {
                email::add_routes(router, state->emails);
                auto* captured = state->outlet.captured_mails;
                if (captured) add_capture_routes(router, *captured, state->reading_token);
              },
          .jobs = make_jobs(emails),
          .ticks = {{.name = "mail", .run = [&emails](Time now) { queue_due(emails, now); }},
                    {.name = "attachments",
                     .every = std::chrono::hours(1),
                     .run = [state](Time now) { remove_orphans(state->emails, state->orphans_cursor, now); }}},
          .forget_user =
              [&emails](const part::DeletedUser& user, Time) {
                for (const auto& address : user.addresses) emails.outbox.forget(address, user.deleted_at);
              },
          .greet = [state, url = house.public_url, &clock = house.clock]() -> std::vector<part::Greeting> {
            if (!state->outlet.captured_mails) return {};
            return {{"read the mail", url + "/mail#token=" + state->reading_token.make(clock.now())}};
          },
          .take_notification = [state](std::string_view message,
                                       Time now) { return take_notification(*state, message, now); },
          .finish_soon = [state] { state->outlet.transport.finish_soon(); }};
}

}  // namespace

std::filesystem::path templates_folder(const EmailOptions& options, const std::filesystem::path& data) {
  return options.templates.empty() ? data / "templates" : options.templates;
}

std::string default_sender(std::string_view public_host) {
  return find_wire_address("noreply@" + std::string(public_host)).value_or("noreply@localhost");
}

part::Part make_part() {
  return {.name = "email",
          .settings = settings(),
          .items = table_keys::all,
          .permissions = own_permissions(),
          .commands = commands(),
          .checks = {{"mail", check_mail}},
          .open = open};
}

}  // namespace voyages::email
