#include "email/commands.h"

#include "base/failure.h"
#include "base/terminal.h"
#include "email/manage_emails.h"

namespace voyages::email {

namespace {

struct Mails {
  explicit Mails(part::Shell& shell) : emails(shell.house().offers.get<Emails>()) {
    context.now = shell.house().clock.now();
  }

  Emails& emails;
  http::Context context{};
};

template <class T>
T unwrap(Result<T> result) {
  if (!result) throw Failure(result.error().message, "See which there are: voyages mail list");
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

EmailInput input_of(const std::string& id) {
  auto parsed = http::Uuid::parse(id);
  if (!parsed) throw Failure(std::string(parsed.error().message), "See which there are: voyages mail list");
  return {std::move(*parsed)};
}

int list_mails(part::Shell& shell, const std::string& status) {
  Mails data(shell);
  ListEmailsRequest request{};
  if (!status.empty()) {
    auto name = StatusName::parse(status);
    if (!name) throw Failure(std::string(name.error().message), "Run the command again with one of these.");
    request.status = *name;
  }
  const auto list = unwrap(list_emails(data.emails, request, data.context));
  for (const auto& each : list.items) {
    write_out("{}  {:<10}  {:<18}  {}  {}\n", each.id, each.status, each.template_, to_rfc3339(each.created_at),
              each.to);
  }
  if (list.items.empty()) write_out("No mails.\n");
  if (list.next_cursor) write_out("There are older ones: GET /emails shows them page by page.\n");
  return 0;
}

int show_mail(part::Shell& shell, const std::string& id) {
  Mails data(shell);
  const auto found = unwrap(get_email(data.emails, input_of(id), data.context));
  write_out("to        {}\ntemplate  {}\nstatus    {}\ntries     {}\n", found.to, found.template_, found.status,
            found.attempts);
  if (found.due_at) write_out("due       {}\n", to_rfc3339(*found.due_at));
  for (const auto& event : found.events) {
    write_out("{}  {:<10}  {}\n", to_rfc3339(event.at), event.event, event.detail.value_or(""));
  }
  return 0;
}

int retry_mail(part::Shell& shell, const std::string& id) {
  Mails data(shell);
  unwrap(retry_email(data.emails, input_of(id), data.context));
  write_out("Queued again.\n");
  return 0;
}

int cancel_mail(part::Shell& shell, const std::string& id) {
  Mails data(shell);
  unwrap(cancel_email(data.emails, input_of(id), data.context));
  write_out("Cancelled.\n");
  return 0;
}

int list_all_suppressions(part::Shell& shell) {
  Mails data(shell);
  auto query = suppressions_query();
  std::size_t count = 0;
  do {
    auto page = data.emails.table.query(query);
    for (const auto& item : page.items) {
      const auto each = to_suppression(item);
      write_out("{:<13}  {:<13}  {}  {}\n", to_string(each.stream), each.reason, to_rfc3339(each.created_at),
                each.email);
    }
    count += page.items.size();
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty());
  if (count == 0) write_out("Every address gets mail.\n");
  return 0;
}

int unsuppress(part::Shell& shell, const Email& email) {
  Mails data(shell);
  bool removed = false;
  for (const auto stream : all_streams) {
    removed = data.emails.suppressions.remove(email.text(), stream) || removed;
  }
  if (!removed) throw Failure(email.text() + " is not suppressed.", "See which are: voyages mail suppressions");
  write_out("{} gets mail again.\n", email.text());
  return 0;
}

part::Command for_id(const std::string& path, const std::string& description,
                     int (*act)(part::Shell&, const std::string&)) {
  return {.path = path,
          .description = description,
          .arguments = {{.name = "ID", .description = "The mail's id.", .required = true}},
          .run = [act](const part::Arguments& typed, part::Shell& shell) { return act(shell, typed.value("ID")); }};
}

}  // namespace

std::vector<part::Command> commands() {
  return {
      {.path = "mail", .description = "See what became of mails, and of addresses that get none."},
      {.path = "mail list",
       .description = "List mails, newest first.",
       .arguments = {{.name = "--status", .description = "Only mails in this state, such as FAILED."}},
       .run = [](const part::Arguments& typed,
                 part::Shell& shell) { return list_mails(shell, typed.value("--status")); }},
      for_id("mail show", "Show a mail and all that happened to it.", show_mail),
      for_id("mail retry", "Send a mail that FAILED again.", retry_mail),
      for_id("mail cancel", "Cancel a mail that was not sent yet.", cancel_mail),
      {.path = "mail suppressions",
       .description = "List the addresses that get no more mail, and why.",
       .run = [](const part::Arguments&, part::Shell& shell) { return list_all_suppressions(shell); }},
      {.path = "mail unsuppress",
       .description = "Send an address mail again.",
       .arguments = {{.name = "EMAIL",
                      .description = "The account's e-mail address.",
                      .required = true,
                      .fault = part::parse_fault<Email>}},
       .run = [](const part::Arguments& typed,
                 part::Shell& shell) { return unsuppress(shell, Email::parse(typed.value("EMAIL")).value()); }},
  };
}

}  // namespace voyages::email
