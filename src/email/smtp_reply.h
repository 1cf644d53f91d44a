#pragma once

#include <string>
#include <string_view>

#include "email/smtp_reply_reader.h"
#include "email/transport.h"

namespace voyages::email {

/// How far a conversation with an SMTP server (RFC 5321 §3) has come: what it answers next.
enum class SmtpStage { greeting, hello, starttls, authentication, sender, recipient, data };

/// What the stage is called in a text for people: `RCPT TO`.
std::string_view name_of(SmtpStage stage);

/// The whole reply as one line, `550 5.1.1 No such user: ask the postmaster`, with the enhanced code of the first line
/// that has one. `separator` stands between its parts.
std::string to_line(const SmtpReply& reply, std::string_view separator = " ");

/// What a reply that ended a try means for the mail. `line` is the reply as `to_line` writes it.
Answer::Verdict verdict_of(SmtpStage stage, std::string_view line);

/// The code that a line begins with; 0 when it has none.
int reply_code(std::string_view line);

/// A text from the other side as one printable line of at most 500 bytes.
std::string to_answer_text(std::string_view text);

}  // namespace voyages::email
