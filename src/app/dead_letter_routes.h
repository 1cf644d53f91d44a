#pragma once

#include "http/router.h"
#include "store/dead_letters.h"

namespace voyages::app {

/// `/admin/dead-letters`: what failed for good, for an administrator to look at, retry and discard.
void add_dead_letter_routes(http::Router& router, store::DeadLetters& dead_letters);

}  // namespace voyages::app
