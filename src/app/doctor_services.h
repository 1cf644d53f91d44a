#pragma once

#include <span>
#include <vector>

#include "app/config.h"
#include "app/doctor.h"
#include "app/parts.h"

namespace voyages::app {

/// The checks that open the data: the database's own integrity check or the shape of the table in DynamoDB, the signing
/// keys, the work that waits, and what each part checks. Without data there is nothing to check. Both must outlive the
/// result.
std::vector<DoctorCheck> service_checks(const Config& config, std::span<const part::Part> parts = app::parts());

}  // namespace voyages::app
