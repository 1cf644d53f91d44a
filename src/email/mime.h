#pragma once

#include <string>

#include "email/message.h"

namespace voyages::email {

/// The mail as it goes over the wire (RFC 5322, 2045–2047, 2231): CRLF, lines of at most 78 characters in headers (but
/// for a URL or an address, which cannot be folded) and 76 in bodies, 7-bit throughout but for addresses whose local
/// part is not ASCII (RFC 6532). No field's text can add a header or a line. Not dot-stuffed: that belongs to SMTP.
std::string to_mime(const Message& message);

/// True when the mail can go only to a server that speaks SMTPUTF8 (RFC 6531): a local part is not ASCII.
bool needs_smtputf8(const Message& message);

}  // namespace voyages::email
