#include "email/queue_email.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/uuid.h"
#include "crypto/token.h"
#include "email/parameters.h"
#include "email/recipient_limit.h"
#include "email/table_keys.h"
#include "store/counter.h"

namespace voyages::email {

namespace {

namespace json = boost::json;

constexpr auto furthest_ahead = std::chrono::days(366);
constexpr auto late_tolerated = std::chrono::minutes(5);  // between two clocks
constexpr auto keys_kept = std::chrono::hours(24);
constexpr std::size_t max_attachments = 10;

constexpr ErrorCode invalid_locale{"invalid_locale", "This is not the tag of a language like `en` or `de-AT`."};
constexpr ErrorCode params_too_long{"too_long", "The parameters are too long: 256 KiB of JSON at most."};
constexpr ErrorCode in_the_past{"in_the_past", "This time is over. Leave `send_at` out to send at once."};
constexpr ErrorCode too_far_ahead{"too_far_ahead", "A mail can wait for a year at most."};
constexpr ErrorCode too_many_attachments{"too_long", "A mail has at most 10 attachments."};
constexpr ErrorCode not_a_media_type{"invalid_media_type", "This is not a media type like `application/pdf`."};

// RFC 9110 §8.3.1 without parameters.
bool is_media_type(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/";
  const auto slash = text.find('/');
  return slash != 0 && slash != std::string_view::npos && slash + 1 < text.size() && slash == text.rfind('/') &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

Result<Time> due_at(const std::optional<Time>& send_at, Time now) {
  if (!send_at) return now;
  if (*send_at < now - late_tolerated) return fail(field_error("send_at", in_the_past));
  if (*send_at > now + furthest_ahead) return fail(field_error("send_at", too_far_ahead));
  return std::max(*send_at, now);
}

// The files, or what is wrong with any of them.
Result<std::vector<Attachment>> to_attachments(const std::optional<std::vector<AttachmentInput>>& inputs) {
  std::vector<Attachment> attachments;
  if (!inputs) return attachments;
  if (inputs->size() > max_attachments) return fail(field_error("attachments", too_many_attachments));
  Error faults(invalid_input);
  for (const auto& input : *inputs) {
    if (!is_media_type(input.content_type.text())) {
      const auto field = "attachments[" + std::to_string(attachments.size()) + "].content_type";
      faults.fields.push_back(field_error(field, not_a_media_type).fields.front());
    }
    attachments.push_back({input.filename.text(), input.content_type.text(), input.content.bytes});
  }
  if (!faults.fields.empty()) return fail(std::move(faults));
  return attachments;
}

// What makes two requests the same one.
std::string fingerprint(const QueueEmailRequest& input) {
  json::object all{{"to", input.to.text()},
                   {"template", input.template_.text()},
                   {"params", input.params},
                   {"locale", input.locale ? input.locale->text() : ""},
                   {"send_at", input.send_at ? to_rfc3339(*input.send_at) : ""}};
  json::array files;
  for (const auto& file : input.attachments.value_or(std::vector<AttachmentInput>())) {
    files.push_back(
        json::array{file.filename.text(), file.content_type.text(), to_hex(crypto::sha256(file.content.bytes))});
  }
  all["attachments"] = std::move(files);
  return crypto::sha256(json::serialize(all));
}

store::Key idempotency_item_key(const std::string& caller, const std::string& key) {
  return {store::key_part(table_keys::idempotency, caller), to_hex(crypto::sha256(key))};
}

/// One request on its way into the table.
class Queueing {
 public:
  Queueing(Emails& emails, const QueueEmailRequest& input, const http::Context& context)
      : emails_(emails), input_(input), caller_(context.caller->user_id), now_(context.now) {}

  // The answer to a request that came before, whatever time or templates have become since; nothing for a new one.
  std::optional<Result<QueuedEmail>> answer_again() {
    std::vector<store::Key> keys{caller_rate_key()};
    if (input_.idempotency_key) keys.push_back(idempotency_item_key(caller_, input_.idempotency_key->text()));
    auto found = emails_.table.get(keys, store::Consistency::strong);
    rate_ = std::move(found[0]);
    if (found.size() == 1 || !found[1]) return std::nullopt;
    return repeat(*found[1]);
  }

  // Only after `answer_again`.
  Result<QueuedEmail> run(Stream stream, Time due, const std::vector<Attachment>& attachments) {
    if (const auto allowed = check_limits(); !allowed) return fail(allowed.error());

    auto record = make_record(stream, due);
    store_attachments(record, attachments);
    const auto mail = emails_.outbox.record(std::move(record), now_);
    auto writes = limits_writes();
    if (input_.idempotency_key) writes.insert(writes.begin(), remember(mail.record.id));
    mail.append_to(writes);
    if (const auto written = emails_.table.write(writes); !written) {
      remove_attachments(mail.record);
      if (!input_.idempotency_key || written.error().index != 0) return fail(too_many());
      const auto winner = get(emails_.table, idempotency_item_key(caller_, input_.idempotency_key->text()));
      return winner ? repeat(*winner) : fail(idempotency_key_reused);
    }
    emails_.outbox.dispatch(mail, now_);
    return QueuedEmail{mail.record.id, std::string(to_string(mail.record.status))};
  }

 private:
  // The same request again gets the answer of the first.
  Result<QueuedEmail> repeat(const store::Item& remembered) {
    const auto* hash = remembered.find<store::Bytes>("fingerprint");
    if (!hash || hash->value != fingerprint(input_)) return fail(idempotency_key_reused);
    const auto record = find_record(emails_.table, remembered.text("mail_id"));
    const auto status = record ? record->status : Status::sent;
    return QueuedEmail{std::string(remembered.text("mail_id")), std::string(to_string(status))};
  }

  // A key for each caller and hour of the clock.
  [[nodiscard]] store::Key caller_rate_key() const {
    const auto hour = std::chrono::floor<std::chrono::hours>(now_);
    return {store::key_part(table_keys::caller, caller_),
            store::key_part(table_keys::rate, std::to_string(hour.time_since_epoch().count()))};
  }

  Error too_many() const {
    Error error(too_many_mails);
    const auto hour_ends = std::chrono::floor<std::chrono::hours>(now_) + std::chrono::hours(1);
    error.retry_after = std::chrono::ceil<std::chrono::seconds>(hour_ends - now_);
    return error;
  }

  Result<void> check_limits() {
    const auto& options = emails_.options;
    if (options.caller_limit != 0 && store::counted(rate_) >= std::int64_t{options.caller_limit}) {
      return fail(too_many());
    }
    const auto until = first_uuid7(now_ + std::chrono::hours(1));
    if (!has_room(emails_, input_.to.text(), MailCause::others, until, now_)) return fail(too_many());
    return {};
  }

  std::vector<store::Write> limits_writes() const {
    if (emails_.options.caller_limit == 0) return {};
    const auto forgotten_at = now_ + std::chrono::hours(2);
    // Several at once may each be the hour's first.
    if (!rate_) return {store::count_one(caller_rate_key(), forgotten_at)};
    return {store::count_one_below(caller_rate_key(), rate_, emails_.options.caller_limit, forgotten_at)};
  }

  store::Write remember(const std::string& mail_id) const {
    return store::Put{{idempotency_item_key(caller_, input_.idempotency_key->text()),
                       {{"mail_id", mail_id}, {"fingerprint", store::Bytes{fingerprint(input_)}}},
                       std::nullopt,
                       now_ + keys_kept},
                      {store::item_absent()}};
  }

  // None is urgent: a caller of the API must not push its mails before everybody's password resets.
  Record make_record(Stream stream, Time due) const {
    return {.id = new_uuid7(now_),
            .to = input_.to.text(),
            .to_normalised = input_.to.text(),
            .template_name = input_.template_.text(),
            .locale = input_.locale ? input_.locale->text() : "",
            .message_id = {},
            .caller = caller_,
            .mail_class = stream == Stream::bulk ? MailClass::bulk : MailClass::transactional,
            .sealed_params = emails_.outbox.seal(input_.params),
            .due_at = due};
  }

  // Before the mail that names them, so that no mail misses them; what is left by a crash goes with its age.
  void store_attachments(Record& record, const std::vector<Attachment>& attachments) {
    for (std::size_t i = 0; i < attachments.size(); ++i) {
      const auto& each = attachments[i];
      auto blob = "mail/" + record.id + '/' + std::to_string(i);
      put(emails_.blobs, blob, each.bytes);
      record.attachments.push_back({each.filename, each.content_type, std::move(blob)});
    }
  }

  void remove_attachments(const Record& record) {
    for (const auto& each : record.attachments) emails_.blobs.remove(each.blob);
  }

  Emails& emails_;
  const QueueEmailRequest& input_;
  const std::string& caller_;
  Time now_;
  std::optional<store::Item> rate_;  // how many mails the caller has queued within this hour
};

}  // namespace

std::expected<Locale, ErrorCode> Locale::parse(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  if (text.size() < 2 || text.size() > 35 || text.find_first_not_of(allowed) != std::string_view::npos ||
      text.front() == '-' || text.back() == '-') {
    return std::unexpected(invalid_locale);
  }
  return Locale(std::string(text));
}

void Locale::describe(json::object& schema) {
  schema["pattern"] = "^[A-Za-z0-9][A-Za-z0-9-]{0,33}[A-Za-z0-9]$";
  schema["example"] = "en";
}

Result<QueuedEmail> queue_email(Emails& emails, const QueueEmailRequest& input, http::Context& context) {
  Queueing queueing(emails, input, context);
  if (auto answer = queueing.answer_again()) return std::move(*answer);
  Error faults(invalid_input);
  const auto collect = [&faults](const Error& error) {
    faults.fields.insert(faults.fields.end(), error.fields.begin(), error.fields.end());
  };
  const auto info = emails.templates.check(input.template_.text(), input.params);
  if (!info)
    collect(info.error().code == unknown_template.code ? field_error("template", unknown_template) : info.error());
  const auto subject = info ? check_subject(info->parameters, input.params) : Result<void>();
  if (!subject) collect(subject.error());
  if (json::serialize(input.params).size() > max_params_bytes) collect(field_error("params", params_too_long));
  const auto due = due_at(input.send_at, context.now);
  if (!due) collect(due.error());
  const auto attachments = to_attachments(input.attachments);
  if (!attachments) collect(attachments.error());
  if (!faults.fields.empty()) return fail(std::move(faults));
  return queueing.run(info->stream, *due, *attachments);
}

}  // namespace voyages::email
