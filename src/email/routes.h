#pragma once

#include "email/emails.h"
#include "http/router.h"

namespace voyages::email {

/// Declares `/emails`, `/email-templates`, `/email-suppressions` and `/unsubscribe`.
void add_routes(http::Router& router, Emails& emails);

}  // namespace voyages::email
