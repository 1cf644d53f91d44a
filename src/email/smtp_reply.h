#pragma once

#include <string>
#include <string_view>

#include "email/transport.h"

namespace voyages::email {

/// How far a conversation with an SMTP server (RFC 5321 §3) has come: the last command sent.
enum class SmtpStage { greeting, hello, starttls, authentication, sender, recipient, data };

/// The stage that a command begins, or the present one when it goes on with it.
SmtpStage stage_after(std::string_view command, SmtpStage present);

/// What a reply that ended a try means for the mail. `line` is the reply's last: `550 5.1.1 No such user`.
Answer::Verdict verdict_of(SmtpStage stage, std::string_view line);

/// The code that a line begins with; 0 when it has none.
int reply_code(std::string_view line);

/// A text from the other side as one printable line of at most 500 bytes.
std::string to_answer_text(std::string_view text);

}  // namespace voyages::email
