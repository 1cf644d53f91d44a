#pragma once

#include "http/router.h"
#include "store/dead_letters.h"

namespace voyages::dead_letters {

/// `/admin/dead-letters`: what failed for good, for an administrator to look at, retry and discard.
void add_routes(http::Router& router, store::DeadLetters& letters, store::Table& table);

}  // namespace voyages::dead_letters
