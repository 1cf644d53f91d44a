#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace voyages {

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7 IMF-fixdate), to the second before.
std::string to_http_date(Time time);

/// Reads an IMF-fixdate; nothing for what is not one. The two obsolete forms are not read: no sender that lives makes
/// them, and a condition by date that is not understood is one that is not there.
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace voyages
