#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace voyages {

/// A new UUIDv7 (RFC 9562 §5.7) as 36 lower-case characters: sorts by the millisecond it was made in, and within one
/// millisecond by a counter, so that a process's ids keep the order in which they were made.
std::string new_uuid7(Time now);

/// The smallest UUIDv7 of that millisecond: ids made then or later are not below it.
std::string first_uuid7(Time time);

/// True for the 36-character lower-case form of a version-7 UUID.
bool is_uuid7(std::string_view text);

}  // namespace voyages
