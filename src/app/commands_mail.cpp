#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/engine.h"
#include "app/failure.h"
#include "base/uuid.h"
#include "email/manage_emails.h"

namespace voyages::app {

namespace {

struct Mails {
  explicit Mails(const Config& config) : engine(config, store::sqlite::Access::shared, LogLevel::warn) {
    context.now = engine.clock().now();
  }

  [[nodiscard]] email::Emails& emails() { return engine.app().get<email::Emails>(); }

  Engine engine;
  http::Context context{};
};

template <class T>
T unwrap(Result<T> result) {
  if (!result) throw Failure(result.error().message, "See which there are: voyages mail list");
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

email::EmailInput mail(const std::string& id) {
  auto parsed = http::Uuid::parse(id);
  if (!parsed) throw Failure(std::string(parsed.error().message), "See which there are: voyages mail list");
  return {std::move(*parsed)};
}

}  // namespace

int mail_list(const Config& config, const std::string& status) {
  Mails data(config);
  email::ListEmailsRequest request{};
  if (!status.empty()) {
    auto name = email::StatusName::parse(status);
    if (!name) throw Failure(std::string(name.error().message), "Run the command again with one of these.");
    request.status = *name;
  }
  const auto list = unwrap(email::list_emails(data.emails(), request, data.context));
  for (const auto& each : list.items) {
    fmt::print("{}  {:<10}  {:<18}  {}  {}\n", each.id, each.status, each.template_, to_rfc3339(each.created_at),
               each.to);
  }
  if (list.items.empty()) fmt::print("No mails.\n");
  if (list.next_cursor) fmt::print("There are older ones: GET /emails shows them page by page.\n");
  return 0;
}

int mail_show(const Config& config, const std::string& id) {
  Mails data(config);
  const auto found = unwrap(email::get_email(data.emails(), mail(id), data.context));
  fmt::print("to        {}\ntemplate  {}\nstatus    {}\ntries     {}\n", found.to, found.template_, found.status,
             found.attempts);
  if (found.due_at) fmt::print("due       {}\n", to_rfc3339(*found.due_at));
  for (const auto& event : found.events) {
    fmt::print("{}  {:<10}  {}\n", to_rfc3339(event.at), event.event, event.detail.value_or(""));
  }
  return 0;
}

int mail_retry(const Config& config, const std::string& id) {
  Mails data(config);
  unwrap(email::retry_email(data.emails(), mail(id), data.context));
  fmt::print("Queued again.\n");
  return 0;
}

int mail_cancel(const Config& config, const std::string& id) {
  Mails data(config);
  unwrap(email::cancel_email(data.emails(), mail(id), data.context));
  fmt::print("Cancelled.\n");
  return 0;
}

int mail_suppressions(const Config& config) {
  Mails data(config);
  auto query = email::suppressions_query();
  std::size_t count = 0;
  do {
    auto page = data.emails().table.query(query);
    for (const auto& item : page.items) {
      const auto each = email::to_suppression(item);
      fmt::print("{:<13}  {:<13}  {}  {}\n", email::to_string(each.stream), each.reason, to_rfc3339(each.created_at),
                 each.email);
    }
    count += page.items.size();
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty());
  if (count == 0) fmt::print("Every address gets mail.\n");
  return 0;
}

int mail_unsuppress(const Config& config, const Email& email) {
  Mails data(config);
  bool removed = false;
  for (const auto stream : email::all_streams) {
    removed = data.emails().suppressions.remove(email.normalised(), stream) || removed;
  }
  if (!removed) throw Failure(email.text() + " is not suppressed.", "See which are: voyages mail suppressions");
  fmt::print("{} gets mail again.\n", email.text());
  return 0;
}

}  // namespace voyages::app
