#pragma once

#include "auth/permissions.h"

namespace voyages::app {

/// The permissions of all services.
auth::Permissions all_permissions();

}  // namespace voyages::app
