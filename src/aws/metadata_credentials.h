#pragma once

#include <optional>
#include <string_view>

#include "aws/credentials.h"

namespace voyages::aws {

/// Reads the JSON by which a container's endpoint and an instance's metadata give out temporary credentials; nothing
/// when a member is missing or has another form.
std::optional<Credentials> parse_metadata_credentials(std::string_view json);

}  // namespace voyages::aws
