#include "email/deliver.h"

#include <sodium.h>

#include <algorithm>

#include "base/unavailable.h"
#include "email/recipient_limit.h"
#include "email/unsubscribe.h"

namespace voyages::email {

namespace {

// Seconds that a queue's clock may run ahead of ours.
constexpr std::chrono::seconds early{2};

// A receipt counts from when the queue handed the message out; a busy machine began the try so much later.
constexpr std::chrono::seconds late_begin{10};

/// One try, from taking the mail to writing down what came of it.
class Try {
 public:
  Try(Emails& emails, Record record, Time now) : emails_(emails), record_(std::move(record)), now_(now) {}

  /// False when another worker was quicker.
  bool take(std::string_view message_id) {
    if (record_.status == Status::sending) record_.add_event(now_, "resumed", "the worker before did not finish");
    record_.status = Status::sending;
    ++record_.attempts;
    record_.tried_by = message_id;
    record_.add_event(now_, "trying");
    return save(now_ + emails_.transport.try_limit() + std::chrono::minutes(2));
  }

  void run() {
    auto params = emails_.outbox.open(record_.sealed_params);
    const auto info = emails_.templates.check(record_.template_name, params);
    if (!info) return settle({Answer::Verdict::rejected, describe(info.error())});
    if (const auto reason = refusal(info->stream)) return finish(Status::suppressed, "suppressed", *reason);
    const bool bulk = info->stream == Stream::bulk;
    const auto token = bulk ? unsubscribe_token(emails_, record_.to_normalised) : std::string();
    auto attachments = read_attachments();
    if (!attachments) return settle({Answer::Verdict::rejected, "an attachment is gone"});
    auto content = emails_.templates.render(record_.template_name, record_.locale, params,
                                            bulk ? unsubscribe_page(emails_, token) : std::string());
    if (!content) return settle({Answer::Verdict::rejected, describe(content.error())});
    settle(send({.template_name = record_.template_name,
                 .message_id = record_.message_id,
                 .date = record_.date,
                 .from = emails_.options.from,
                 .reply_to = emails_.options.reply_to,
                 .to = {.address = record_.to},
                 .content = std::move(*content),
                 .unsubscribe_url = bulk ? unsubscribe_url(emails_, token) : std::string(),
                 .attachments = std::move(*attachments)}));
  }

  // What broke here must not keep the mail from its end.
  void run_guarded() {
    try {
      run();
    } catch (const Unavailable&) {
      throw;
    } catch (const std::exception& exception) {
      emails_.log.error("a mail could not be made", {{"mail", record_.id}, {"error", exception.what()}});
      put_off({Answer::Verdict::deferred, "it could not be made; the log says why"});
    }
  }

  // A mail on which its workers die must come to an end too.
  bool is_spent() {
    if (record_.status != Status::sending || record_.attempts < emails_.options.attempts) return false;
    finish(Status::failed, "given up", "no try came to its end");
    return true;
  }

 private:
  static std::string describe(const Error& error) {
    std::string text = "the template cannot be rendered: " + error.message;
    for (const auto& field : error.fields) text += ' ' + field.field + ": " + field.message;
    return text;
  }

  // Why this address gets no mail of the stream; nothing when it does.
  std::optional<std::string> refusal(Stream stream) {
    if (const auto suppression = emails_.suppressions.find(record_.to_normalised, stream)) return suppression->reason;
    // What came by the API was counted when it was queued; what no stranger can cause is not counted at all.
    if (!record_.limited) return std::nullopt;
    if (has_room(emails_, record_.to_normalised, MailCause::strangers, record_.id, record_.created_at))
      return std::nullopt;
    return "too many mails to this address within an hour";
  }

  std::optional<std::vector<Attachment>> read_attachments() {
    std::vector<Attachment> attachments;
    for (const auto& each : record_.attachments) {
      auto bytes = get(emails_.blobs, each.blob);
      if (!bytes) return std::nullopt;
      attachments.push_back({each.filename, each.content_type, std::move(*bytes)});
    }
    return attachments;
  }

  Answer send(const Message& message) {
    const auto began = std::chrono::steady_clock::now();
    auto answer = try_to_send(message);
    // A server may take minutes: what comes of the try happens then, and a further try is so much later.
    now_ += std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    return answer;
  }

  Answer try_to_send(const Message& message) {
    try {
      return emails_.transport.send(record_.id, message);
    } catch (const std::exception& exception) {
      emails_.log.error("a mail could not be handed over", {{"mail", record_.id}, {"error", exception.what()}});
      return {Answer::Verdict::deferred, "the transport failed; the log says how"};
    }
  }

  void settle(const Answer& answer) {
    switch (answer.verdict) {
      case Answer::Verdict::accepted:
        record_.sent_at = now_;
        return finish(Status::sent, "accepted", answer.text);
      case Answer::Verdict::deferred:
        return put_off(answer);
      case Answer::Verdict::rejected:
        return finish(Status::failed, "rejected", answer.text);
      case Answer::Verdict::unknown_recipient:
        for (const auto stream : all_streams) {
          emails_.suppressions.add(record_.to_normalised, stream, SuppressionReason::hard_bounce, now_);
        }
        return finish(Status::failed, "bounced", answer.text);
    }
  }

  void put_off(const Answer& answer) {
    record_.add_event(now_, "deferred", answer.text);
    if (record_.attempts >= emails_.options.attempts) {
      // Our own outage is nobody's bounce.
      if (answer.about_recipient) emails_.suppressions.count_soft_bounce(record_.to_normalised, now_);
      return finish(Status::failed, "given up", "after the last try");
    }
    record_.status = Status::retrying;
    record_.due_at = now_ + retry_delay(record_.attempts);
    if (!save(look_after(record_.due_at, now_))) return;
    log(Status::retrying, answer.text);
    emails_.outbox.dispatch(record_, now_);
  }

  void finish(Status status, std::string_view event, std::string_view detail) {
    record_.status = status;
    record_.add_event(now_, event, detail);
    // A failed mail may be sent again by hand, so it keeps what it says.
    if (status != Status::failed) record_.sealed_params.clear();
    const auto attachments = status == Status::failed ? std::vector<StoredAttachment>() : record_.attachments;
    if (!save(now_)) return;
    for (const auto& each : attachments) emails_.blobs.remove(each.blob);
    log(status, detail);
  }

  // What the other side said, without the addresses that it may name.
  static std::string without_addresses(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const auto end = std::min(text.find(' '), text.size());
      const auto word = text.substr(0, end);
      out += word.find('@') == std::string_view::npos ? word : std::string_view("<address>");
      text.remove_prefix(end);
      const auto blanks = std::min(text.find_first_not_of(' '), text.size());
      out += text.substr(0, blanks);
      text.remove_prefix(blanks);
    }
    return out;
  }

  // Neither address nor content: the record has the one, nobody needs the other.
  void log(Status status, std::string_view detail) {
    const auto answer = without_addresses(detail);
    const Logger::Fields fields{{"mail", record_.id},
                                {"template", record_.template_name},
                                {"status", to_string(status)},
                                {"attempts", record_.attempts},
                                {"answer", answer}};
    const bool is_well = status == Status::sent || status == Status::suppressed;
    is_well ? emails_.log.info("mail", fields) : emails_.log.warn("mail", fields);
  }

  // Writes the record, if it is still as this worker knows it.
  bool save(Time look_at) {
    const store::Write writes[] = {store::Put{to_item(record_, now_), as_it_was_},
                                   store::Put{to_entry(record_, look_at, now_)}};
    if (!emails_.table.write(writes)) return false;
    as_it_was_ = unchanged(record_);
    return true;
  }

  Emails& emails_;
  Record record_;
  Time now_;
  std::vector<store::Condition> as_it_was_ = unchanged(record_);
};

// Whether the worker that began this try may be at it still.
bool is_being_tried(const Emails& emails, const Record& record, Time now, const Errand& errand) {
  if (record.status != Status::sending) return false;
  const auto began = record.events.back().at;
  if (began < emails.workers_since || now >= began + emails.transport.try_limit()) return false;
  // The queue does not hand on what a worker lives to ask more time for. Where one process does all work, its worker is
  // certain to be alive: only a machine that slept can have kept it from asking.
  const bool alone = emails.workers_since != Time();
  const bool is_lost = errand.redelivered && record.tried_by == errand.message_id && !record.tried_by.empty() &&
                       now >= began + store::usual_visibility - late_begin;  // sooner, SQS delivered it twice
  return alone || !is_lost;
}

}  // namespace

void deliver(Emails& emails, std::string_view mail_id, Time now, const Errand& errand) {
  auto record = find_record(emails.table, mail_id);
  if (!record || is_final(record->status) || record->due_at > now + early) return;
  // Its entry in the outbox brings it back after the longest try. The queue would give it up before.
  if (is_being_tried(emails, *record, now, errand)) return;
  Try attempt(emails, std::move(*record), now);
  if (attempt.is_spent()) return;
  if (attempt.take(errand.message_id)) attempt.run_guarded();
}

std::chrono::seconds retry_delay(std::int64_t attempts) {
  constexpr std::chrono::seconds longest = std::chrono::hours(4);
  std::chrono::seconds delay{10};
  for (std::int64_t i = 1; i < attempts && delay < longest; ++i) delay *= 3;
  const auto percent = 80 + static_cast<int>(randombytes_uniform(41));
  return std::max(std::min(delay, longest) * percent / 100, std::chrono::seconds(1));
}

}  // namespace voyages::email
