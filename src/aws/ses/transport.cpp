#include "aws/ses/transport.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "aws/ses/feedback.h"
#include "base/encoding.h"
#include "base/strict_json.h"
#include "base/utf8.h"
#include "email/header_fields.h"
#include "email/mime.h"

namespace voyages::aws::ses {

namespace {

namespace json = boost::json;
using email::Answer;
using Verdict = Answer::Verdict;

// SES Developer Guide, "Service quotas": a message, attachments encoded.
constexpr std::size_t most_bytes = 40U << 20;
// All tries together stay below the time after which another worker takes the mail over.
constexpr std::chrono::milliseconds time_of_one_try{30'000};
constexpr std::size_t longest_tag = 256;

// SES API v2 Reference, "MessageTag".
bool is_tag_value(std::string_view text) {
  return !text.empty() && text.size() <= longest_tag && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '@';
  });
}

std::string message_in(std::string_view body) {
  const auto parsed = parse_strict_json(body);
  if (!parsed || !parsed->is_object()) return {};
  for (const auto* name : {"message", "Message"}) {
    const auto* value = parsed->get_object().if_contains(name);
    if (value && value->is_string()) return std::string(value->get_string());
  }
  return {};
}

// SES API v2 Reference, "SendEmail", errors.
Answer answer_to(const Refused& refused) {
  constexpr std::string_view about_mail[] = {"MessageRejected", "BadRequestException"};
  constexpr std::string_view about_account[] = {"MailFromDomainNotVerifiedException",
                                                "AccountSuspendedException",
                                                "SendingPausedException",
                                                "LimitExceededException",
                                                "TooManyRequestsException",
                                                "NotFoundException"};
  const auto is_among = [&](std::span<const std::string_view> codes) {
    return std::ranges::find(codes, std::string_view(refused.code)) != codes.end();
  };
  const auto message = message_in(refused.body);
  // An identity that is not verified yet, or a sandbox that knows verified addresses alone, is the operator's to mend.
  const bool is_unverified = message.starts_with("Email address is not verified");
  const bool is_final = is_among(about_mail) && !is_unverified;
  auto text = "Amazon SES: " + refused.code;
  // What it says to a signature that it does not accept may quote the request's headers, so a session token.
  if (is_among(about_mail) || is_among(about_account)) text += ": " + message;
  return {is_final ? Verdict::rejected : Verdict::deferred, to_reason(text)};
}

}  // namespace

Answer SesTransport::send(std::string_view mail_id, const email::Message& message) {
  const auto recipient = email::find_wire_address(message.to.address);
  if (!recipient) return {Verdict::rejected, "The recipient's address is not an e-mail address."};
  const auto sender = email::find_wire_address(message.from.address);
  if (!sender) return {Verdict::deferred, "The sender's address is not an e-mail address: see the settings."};
  // SES Developer Guide, "Requirements for email addresses": the part before the @ is ASCII.
  if (email::needs_smtputf8(message)) {
    return {Verdict::rejected, "Amazon SES sends to and from ASCII addresses alone (the part before the @)."};
  }
  const auto mime = email::to_mime(message);
  if (mime.size() > most_bytes) return {Verdict::rejected, "The mail has over 40 MB, the most that Amazon SES takes."};

  json::object input{{"FromEmailAddress", *sender},
                     {"Destination", {{"ToAddresses", json::array{*recipient}}}},
                     {"Content", {{"Raw", {{"Data", to_base64(mime)}}}}}};
  if (!options_.configuration_set.empty()) input["ConfigurationSetName"] = options_.configuration_set;
  if (is_tag_value(mail_id)) input["EmailTags"] = json::array{{{"Name", mail_id_tag}, {"Value", mail_id}}};
  return hand_over(json::serialize(input));
}

Answer SesTransport::hand_over(const std::string& body) {
  http::Request request{.method = http::Method::post, .target = "/v2/email/outbound-emails", .body = body};
  request.headers.add("Content-Type", "application/json");
  try {
    const auto response = client_.call({.service = service::ses,
                                        .operation = "SendEmail",
                                        .request = std::move(request),
                                        .repeatable = false,
                                        .timeout = time_of_one_try});
    const auto parsed = parse_strict_json(response.content());
    const auto* id = parsed && parsed->is_object() ? parsed->get_object().if_contains("MessageId") : nullptr;
    if (id && id->is_string()) return {Verdict::accepted, to_reason("Amazon SES: " + std::string(id->get_string()))};
    return {Verdict::deferred, "Amazon SES answered without a MessageId, so the mail may have been sent."};
  } catch (const Refused& refused) {
    return answer_to(refused);
  } catch (const Uncertain& uncertain) {
    return {Verdict::deferred, to_reason(std::string("It may have been sent: ") + uncertain.what())};
  } catch (const Unavailable& unavailable) {
    return {Verdict::deferred, to_reason(unavailable.what())};
  }
}

}  // namespace voyages::aws::ses
