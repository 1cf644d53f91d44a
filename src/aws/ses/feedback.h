#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "email/feedback.h"

namespace voyages::aws::ses {

/// The tag that each mail goes out with, so that SES names our mail in what it tells of it.
inline constexpr std::string_view mail_id_tag = "mail_id";

/// Reads an event of SES as it publishes them to SNS, by a configuration set (`eventType`) or by an identity
/// (`notificationType`). Nothing for those that say nothing of a mail's end (Send, Open, Click, DeliveryDelay, …), for
/// bounces that SES cannot explain, and for what is no such event. Any bytes.
std::optional<email::Feedback> parse_feedback(std::string_view message);

/// What another side said, as one line of at most 500 bytes for people.
inline std::string to_reason(std::string_view text) { return to_one_line(text, 500); }

}  // namespace voyages::aws::ses
