#pragma once

#include <cstddef>
#include <string>

#include "email/emails.h"

namespace voyages::email {

/// Removes attachments whose mail is gone: it expired, its account was deleted, or a crash came before it was written.
/// Looks at some thousands of them each time, and keeps in `cursor` where to go on. Returns how many were removed.
std::size_t remove_orphans(Emails& emails, std::string& cursor, Time now);

}  // namespace voyages::email
