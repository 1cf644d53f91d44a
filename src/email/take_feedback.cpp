#include "email/take_feedback.h"

#include <algorithm>

#include "base/email_address.h"
#include "base/encoding.h"
#include "base/unavailable.h"

namespace voyages::email {

namespace {

using Kind = Feedback::Kind;

constexpr std::size_t longest_mail_id = 128;

std::string_view event_name(Kind kind) {
  switch (kind) {
    case Kind::delivered:
      return "delivered";
    case Kind::hard_bounce:
      return "bounced";
    case Kind::soft_bounce:
      return "bounced for now";
    case Kind::complaint:
      return "complained";
    case Kind::undelivered:
      return "undelivered";
  }
  return "";
}

// The id comes from outside.
std::optional<Record> find_mail(Emails& emails, const std::string& id) {
  if (id.empty() || id.size() > longest_mail_id || !is_utf8(id)) return std::nullopt;
  return find_record(emails.table, id);
}

std::vector<std::string> addresses_of(const Feedback& feedback, const std::optional<Record>& mail) {
  if (mail) return {mail->to_normalised};
  std::vector<std::string> addresses;
  for (const auto& recipient : feedback.recipients) {
    if (const auto email = Email::parse(recipient)) addresses.push_back(email->text());
  }
  return addresses;
}

// A template that is gone no longer says what its mails were: then bulk mail alone stops.
bool is_transactional(Emails& emails, const Record& mail) {
  const auto templates = emails.templates.list();
  const auto found = std::ranges::find(templates, mail.template_name, &TemplateInfo::name);
  return found != templates.end() && found->stream == Stream::transactional;
}

void suppress(Emails& emails, const std::string& address, const Feedback& feedback, const std::optional<Record>& mail,
              Time now) {
  auto& list = emails.suppressions;
  switch (feedback.kind) {
    case Kind::hard_bounce:
      for (const auto stream : all_streams) list.add(address, stream, SuppressionReason::hard_bounce, now);
      return;
    case Kind::soft_bounce:
      return list.count_soft_bounce(address, now, feedback.id);
    case Kind::complaint:
      list.add(address, Stream::bulk, SuppressionReason::complaint, now);
      if (mail && is_transactional(emails, *mail)) {
        list.add(address, Stream::transactional, SuppressionReason::complaint, now);
      }
      return;
    case Kind::delivered:
    case Kind::undelivered:
      return;
  }
}

// The answer to a try was lost, or its worker died, and now it turns out that the mail arrived: a further try would
// send a second copy. A worker that is still at it finds the record changed, and leaves it so.
void settle_as_sent(Emails& emails, const Record& mail, const Feedback& feedback, Time now) {
  auto record = mail;
  record.status = Status::sent;
  record.sent_at = feedback.at;
  record.sealed_params.clear();
  record.add_event(feedback.at, event_name(feedback.kind), feedback.detail);
  const store::Write writes[] = {store::Put{to_item(record, now), unchanged(mail)},
                                 store::Put{to_entry(record, now, now)}};
  if (!emails.table.write(writes)) throw Unavailable("a worker is at this mail");
  for (const auto& each : record.attachments) emails.blobs.remove(each.blob);
}

}  // namespace

void take_feedback(Emails& emails, const Feedback& feedback, Time now) {
  const auto mail = find_mail(emails, feedback.mail_id);
  for (const auto& address : addresses_of(feedback, mail)) suppress(emails, address, feedback, mail, now);
  if (!mail) return;
  const auto name = event_name(feedback.kind);
  const bool is_open = mail->status == Status::retrying || mail->status == Status::sending;
  if (feedback.kind == Kind::delivered && is_open) {
    settle_as_sent(emails, *mail, feedback, now);
  } else if (!append_event(emails.table, mail->id, {feedback.at, std::string(name), feedback.detail})) {
    return;
  }
  // Neither address nor answer: the record has them.
  emails.log.info("mail feedback", {{"mail", mail->id}, {"template", mail->template_name}, {"event", name}});
}

}  // namespace voyages::email
