#include "email/manage_emails.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace voyages::email {

namespace {

constexpr ErrorCode invalid_status{"invalid_status",
                                   "A status is QUEUED, SENDING, SENT, RETRYING, FAILED, CANCELLED or SUPPRESSED."};
// What a page looks at, at most and at once, of mails of which it shows few.
constexpr std::size_t most_looked_at = 10'000;
constexpr std::size_t looked_at_once = 500;
constexpr std::size_t most_keys = 100;  // of one read

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

// Some mails that are older than those before. Ids sort by time, so an id is a place in each list.
struct Chunk {
  std::vector<Record> records{};
  std::string last{};   // the id that the next ones are older than
  bool is_full = true;  // there may be more
};

// What a list shows: all but the parameters, which may be long.
Chunk newest(Emails& emails, Status status, const std::optional<std::string>& before, std::size_t count) {
  const auto items = query_whole(emails.table, {.source = store::Query::Source::index,
                                                .pk = std::string(mail_prefix) + std::string(to_string(status)),
                                                .sk_to = before,
                                                .newest_first = true,
                                                .limit = count,
                                                .attributes = listed_attributes()});
  Chunk chunk{.is_full = items.size() == count};
  std::ranges::transform(items, std::back_inserter(chunk.records), to_record);
  if (chunk.is_full) chunk.last = chunk.records.back().id;
  return chunk;
}

Chunk newest_of_all(Emails& emails, const std::optional<std::string>& before, std::size_t count) {
  Chunk chunk;
  auto& records = chunk.records;
  for (const auto status : all_statuses)
    std::ranges::move(newest(emails, status, before, count).records, std::back_inserter(records));
  std::ranges::sort(records, std::ranges::greater(), &Record::id);
  if (records.size() > count) records.erase(records.begin() + static_cast<std::ptrdiff_t>(count), records.end());
  chunk.is_full = records.size() == count;
  if (chunk.is_full) chunk.last = records.back().id;
  return chunk;
}

Chunk newest_to(Emails& emails, const Email& to, const std::optional<std::string>& before, std::size_t count) {
  const auto entries = query_whole(
      emails.table, {.pk = recipient_partition(to.text()), .sk_to = before, .newest_first = true, .limit = count});
  Chunk chunk{.is_full = entries.size() == count};
  if (chunk.is_full) chunk.last = entries.back().key.sk;
  std::vector<store::Key> keys;
  std::ranges::transform(entries, std::back_inserter(keys), [](const auto& entry) { return mail_key(entry.key.sk); });
  for (std::size_t begin = 0; begin < keys.size(); begin += most_keys) {
    const auto some = std::span(keys).subspan(begin, std::min(most_keys, keys.size() - begin));
    for (const auto& item : emails.table.get(some, store::Consistency::eventual)) {
      if (item) chunk.records.push_back(to_record(*item));
    }
  }
  return chunk;
}

Chunk next_chunk(Emails& emails, const ListEmailsRequest& input, const std::optional<std::string>& before,
                 std::size_t count) {
  if (input.to) return newest_to(emails, *input.to, before, count);
  if (input.status) return newest(emails, input.status->status(), before, count);
  return newest_of_all(emails, before, count);
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

Result<http::List<EmailView>> list_emails(Emails& emails, const ListEmailsRequest& input, http::Context& context) {
  http::List<EmailView> list;
  auto before = input.cursor ? std::optional(input.cursor->text()) : std::nullopt;
  auto count = input.page_size();
  for (std::size_t looked_at = 0; looked_at < most_looked_at; looked_at += count, count = looked_at_once) {
    const auto chunk = next_chunk(emails, input, before, count);
    for (const auto& record : chunk.records) {
      const bool is_wanted = !input.status || record.status == input.status->status();
      if (!is_wanted || !may_see(context, record)) continue;
      list.items.push_back(view(record));
      if (list.items.size() < input.page_size()) continue;
      if (chunk.is_full || &record != &chunk.records.back()) list.next_cursor = record.id;
      return list;
    }
    if (!chunk.is_full) return list;
    before = chunk.last;
  }
  list.next_cursor = before;
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
