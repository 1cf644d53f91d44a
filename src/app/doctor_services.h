#pragma once

#include <vector>

#include "app/config.h"
#include "app/doctor.h"

namespace voyages::app {

/// The checks that open the data: the database's own integrity check or the shape of the table in DynamoDB, the signing
/// keys, the mail that waits. Without data there is nothing to check. `config` must outlive the result.
std::vector<DoctorCheck> service_checks(const Config& config);

}  // namespace voyages::app
