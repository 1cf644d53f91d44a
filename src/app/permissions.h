#pragma once

#include "auth/permissions.h"

namespace voyages::app {

/// The permissions of all parts.
auth::Permissions all_permissions();

}  // namespace voyages::app
