#pragma once

#include <optional>
#include <string_view>

#include "email/feedback.h"

namespace voyages::aws::ses {

/// The tag that each mail goes out with, so that SES names our mail in what it tells of it.
inline constexpr std::string_view mail_id_tag = "mail_id";

/// Reads an event of SES as it publishes them to SNS, by a configuration set (`eventType`) or by an identity
/// (`notificationType`). Nothing for those that say nothing of a mail's end (Send, Open, Click, DeliveryDelay, …), for
/// bounces that SES cannot explain, and for what is no such event. Any bytes.
std::optional<email::Feedback> parse_feedback(std::string_view message);

}  // namespace voyages::aws::ses
