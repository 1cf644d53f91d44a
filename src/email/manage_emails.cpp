#include "email/manage_emails.h"

#include <algorithm>

namespace voyages::email {

namespace {

constexpr ErrorCode invalid_status{"invalid_status",
                                   "A status is QUEUED, SENDING, SENT, RETRYING, FAILED, CANCELLED or SUPPRESSED."};
constexpr std::size_t default_emails_limit = 50;

EmailView view(const Record& record) {
  EmailView view{.id = record.id,
                 .to = record.to,
                 .template_ = record.template_name,
                 .status = std::string(to_string(record.status)),
                 .attempts = record.attempts,
                 .created_at = record.created_at,
                 .due_at = is_final(record.status) ? std::nullopt : std::optional(record.due_at),
                 .sent_at = record.sent_at,
                 .caller = record.caller.empty() ? std::nullopt : std::optional(record.caller),
                 .attachments = {},
                 .events = {}};
  if (!record.attachments.empty()) {
    view.attachments.emplace();
    for (const auto& each : record.attachments) view.attachments->push_back(each.filename);
  }
  for (const auto& event : record.events) {
    view.events.push_back({event.at, event.name, event.detail.empty() ? std::nullopt : std::optional(event.detail)});
  }
  return view;
}

// A program sees what it queued itself; people who may see mails at all see every mail.
bool may_see(const http::Context& context, const Record& record) {
  return !context.caller || !context.caller->is_service || record.caller == context.caller->user_id;
}

// As many items as the query asks for, however many pages they take.
std::vector<store::Item> query_whole(store::Table& table, store::Query query) {
  std::vector<store::Item> items;
  const auto wanted = query.limit;
  do {
    query.limit = wanted - items.size();
    auto page = table.query(query);
    std::ranges::move(page.items, std::back_inserter(items));
    query.cursor = std::move(page.next_cursor);
  } while (!query.cursor.empty() && items.size() < wanted);
  return items;
}

// The newest mails of one status that are older than the cursor. Ids sort by time, so an id is a place in each list.
std::vector<Record> newest(Emails& emails, Status status, const std::optional<std::string>& before, std::size_t limit) {
  const auto items = query_whole(emails.table, {.source = store::Query::Source::index,
                                                .pk = std::string(mail_prefix) + std::string(to_string(status)),
                                                .sk_to = before,
                                                .newest_first = true,
                                                .limit = limit});
  std::vector<Record> records;
  records.reserve(items.size());
  for (const auto& item : items) {
    records.push_back(to_record(item));
    records.back().sealed_params.clear();  // a list shows none, and they may be long
  }
  return records;
}

std::vector<Record> newest_of_all(Emails& emails, const std::optional<std::string>& before, std::size_t limit) {
  std::vector<Record> records;
  for (const auto status : all_statuses)
    std::ranges::move(newest(emails, status, before, limit), std::back_inserter(records));
  std::ranges::sort(records, std::ranges::greater(), &Record::id);
  if (records.size() > limit) records.resize(limit);
  return records;
}

std::vector<Record> newest_to(Emails& emails, const Email& to, const std::optional<std::string>& before,
                              std::size_t limit) {
  const auto entries =
      query_whole(emails.table,
                  {.pk = recipient_partition(to.normalised()), .sk_to = before, .newest_first = true, .limit = limit});
  std::vector<Record> records;
  for (const auto& entry : entries) {
    if (auto record = find_record(emails.table, entry.key.sk)) records.push_back(std::move(*record));
  }
  return records;
}

// Writes the record, if it still has the status and the attempts that it had.
bool replace(Emails& emails, const Record& record, const Record& old, Time now) {
  const store::Write writes[] = {store::Put{to_item(record, now), unchanged(old)},
                                 store::Put{to_entry(record, look_after(record.due_at, now), now)}};
  return emails.table.write(writes).has_value();
}

}  // namespace

std::expected<StatusName, ErrorCode> StatusName::parse(std::string_view text) {
  const auto status = parse_status(text);
  if (!status) return std::unexpected(invalid_status);
  return StatusName(*status);
}

void StatusName::describe(boost::json::object& schema) {
  boost::json::array names;
  for (const auto status : all_statuses) names.emplace_back(to_string(status));
  schema["enum"] = std::move(names);
  schema["example"] = "FAILED";
}

Result<EmailList> list_emails(Emails& emails, const ListEmailsRequest& input, http::Context& context) {
  const auto limit = input.limit ? static_cast<std::size_t>(input.limit->value) : default_emails_limit;
  const auto before = input.cursor ? std::optional(input.cursor->text()) : std::nullopt;
  auto records = input.to       ? newest_to(emails, *input.to, before, limit)
                 : input.status ? newest(emails, input.status->status(), before, limit)
                                : newest_of_all(emails, before, limit);
  EmailList list;
  if (records.size() == limit) list.next_cursor = records.back().id;
  for (const auto& record : records) {
    const bool wanted = !input.status || record.status == input.status->status();
    if (wanted && may_see(context, record)) list.items.push_back(view(record));
  }
  return list;
}

Result<EmailView> get_email(Emails& emails, const EmailInput& input, http::Context& context) {
  const auto record = find_record(emails.table, input.id.text());
  if (!record || !may_see(context, *record)) return fail(email_not_found);
  return view(*record);
}

Result<QueuedEmail> retry_email(Emails& emails, const EmailInput& input, http::Context& context) {
  const auto old = find_record(emails.table, input.id.text());
  if (!old || !may_see(context, *old)) return fail(email_not_found);
  if (old->status != Status::failed) return fail(not_retryable);
  auto record = *old;
  record.status = Status::queued;
  record.attempts = 0;
  record.due_at = context.now;
  record.add_event(context.now, "queued", "again, by hand");
  if (!replace(emails, record, *old, context.now)) return fail(not_retryable);
  emails.outbox.dispatch(record, context.now);
  return QueuedEmail{record.id, std::string(to_string(record.status))};
}

Result<void> cancel_email(Emails& emails, const EmailInput& input, http::Context& context) {
  const auto old = find_record(emails.table, input.id.text());
  if (!old || !may_see(context, *old)) return fail(email_not_found);
  if (old->status != Status::queued && old->status != Status::retrying) return fail(not_cancellable);
  auto record = *old;
  record.status = Status::cancelled;
  record.sealed_params.clear();
  record.add_event(context.now, "cancelled");
  if (!replace(emails, record, *old, context.now)) return fail(not_cancellable);
  for (const auto& each : record.attachments) emails.blobs.remove(each.blob);
  return {};
}

}  // namespace voyages::email
