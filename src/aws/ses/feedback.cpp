#include "aws/ses/feedback.h"

#include <boost/json.hpp>
#include <string>

#include "base/json_members.h"
#include "base/strict_json.h"
#include "base/utf8.h"
#include "base/uuid.h"

namespace voyages::aws::ses {

namespace {

namespace json = boost::json;
using email::Feedback;
using Kind = Feedback::Kind;

constexpr std::size_t longest_message = 256 * 1024;  // of SNS
constexpr std::size_t most_recipients = 50;          // of one mail
constexpr std::size_t longest_recipient = 320;
constexpr std::size_t longest_id = 200;

const json::value* member(const json::object& object, std::string_view name) { return object.if_contains(name); }

const json::object& object(const json::object& parent, std::string_view name) {
  static const json::object none;
  const auto* value = member(parent, name);
  return value && value->is_object() ? value->get_object() : none;
}

const json::array& list(const json::object& parent, std::string_view name) {
  static const json::array none;
  const auto* value = member(parent, name);
  return value && value->is_array() ? value->get_array() : none;
}

// `Ada <ada@example.com>` and `<ada@example.com>` are what some servers report.
std::string_view bare_address(std::string_view address) {
  const auto open = address.find('<');
  if (open == std::string_view::npos) return address;
  address.remove_prefix(open + 1);
  return address.substr(0, address.find('>'));
}

// Each is an address, or an object that has one.
std::vector<std::string> addresses(const json::array& recipients) {
  std::vector<std::string> found;
  for (const auto& each : recipients) {
    std::string_view address;
    if (each.is_string()) address = each.get_string();
    if (each.is_object()) address = text_or_empty(each.get_object(), "emailAddress");
    address = bare_address(address);
    if (address.empty() || address.size() > longest_recipient) continue;
    if (found.size() == most_recipients) break;
    found.emplace_back(address);
  }
  return found;
}

// By the tag that we gave it; an identity's notifications show none, but the Message-ID that we gave it, if any header.
std::string mail_id_of(const json::object& mail) {
  const auto& tags = list(object(mail, "tags"), mail_id_tag);
  if (!tags.empty() && tags.front().is_string()) return std::string(tags.front().get_string());
  auto id = bare_address(text_or_empty(object(mail, "commonHeaders"), "messageId"));
  id = id.substr(0, id.find('@'));
  return is_uuid7(id) ? std::string(id) : std::string();
}

// Amazon SES Developer Guide, "Bounce types": what a transient bounce of these says is about the mail, not the address.
std::optional<Kind> kind_of_bounce(std::string_view type, std::string_view subtype) {
  if (type == "Permanent") return Kind::hard_bounce;
  if (type != "Transient") return std::nullopt;
  const bool about_mail =
      subtype == "MessageTooLarge" || subtype == "ContentRejected" || subtype == "AttachmentRejected";
  return about_mail ? Kind::undelivered : Kind::soft_bounce;
}

std::string detail_of_bounce(const json::object& bounce) {
  const auto& recipients = list(bounce, "bouncedRecipients");
  if (!recipients.empty() && recipients.front().is_object()) {
    const auto& first = recipients.front().get_object();
    for (const auto* name : {"diagnosticCode", "status"}) {
      if (const auto said = text_or_empty(first, name); !said.empty()) return to_reason(said);
    }
  }
  return to_reason(std::string(text_or_empty(bounce, "bounceType")) + ' ' +
                   std::string(text_or_empty(bounce, "bounceSubType")));
}

/// The event without what all kinds have.
std::optional<Feedback> read_bounce(const json::object& bounce) {
  const auto kind = kind_of_bounce(text_or_empty(bounce, "bounceType"), text_or_empty(bounce, "bounceSubType"));
  if (!kind) return std::nullopt;
  return Feedback{
      .kind = *kind, .recipients = addresses(list(bounce, "bouncedRecipients")), .detail = detail_of_bounce(bounce)};
}

Feedback read_complaint(const json::object& complaint) {
  return {.kind = Kind::complaint,
          .recipients = addresses(list(complaint, "complainedRecipients")),
          .detail = to_reason(text_or_empty(complaint, "complaintFeedbackType"))};
}

Feedback read_delivery(const json::object& delivery) {
  return {.kind = Kind::delivered,
          .recipients = addresses(list(delivery, "recipients")),
          .detail = to_reason(text_or_empty(delivery, "smtpResponse"))};
}

}  // namespace

// Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS" and "Amazon SNS
// notification contents for Amazon SES".
std::optional<Feedback> parse_feedback(std::string_view message) {
  if (message.size() > longest_message) return std::nullopt;
  const auto parsed = parse_strict_json(message);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const auto& event = parsed->get_object();
  auto type = text_or_empty(event, "eventType");
  if (type.empty()) type = text_or_empty(event, "notificationType");

  const auto& mail = object(event, "mail");
  const json::object* details = &mail;  // a rejection has no time of its own
  std::optional<Feedback> feedback;
  if (type == "Bounce") feedback = read_bounce(*(details = &object(event, "bounce")));
  if (type == "Complaint") feedback = read_complaint(*(details = &object(event, "complaint")));
  if (type == "Delivery") feedback = read_delivery(*(details = &object(event, "delivery")));
  if (type == "Reject") {
    feedback = Feedback{.kind = Kind::undelivered,
                        .recipients = addresses(list(mail, "destination")),
                        .detail = to_reason(text_or_empty(object(event, "reject"), "reason"))};
  }
  const auto at = parse_rfc3339(text_or_empty(*details, "timestamp"));
  if (!feedback || !at) return std::nullopt;
  feedback->at = *at;
  feedback->id = std::string(text_or_empty(*details, "feedbackId").substr(0, longest_id));
  feedback->mail_id = mail_id_of(mail);
  return feedback;
}

}  // namespace voyages::aws::ses
