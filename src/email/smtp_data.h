#pragma once

#include <string>
#include <string_view>

namespace voyages::email {

/// A mail as DATA carries it (RFC 5321 §4.1.1.4, §4.5.2): a line that begins with a dot gets another one, and a dot
/// alone ends it. Throws std::invalid_argument for a CR or LF without the other: what one server takes for the end of
/// a line and the next one does not can hide a second mail.
std::string to_smtp_data(std::string_view mime);

}  // namespace voyages::email
