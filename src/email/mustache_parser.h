#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "email/mustache.h"

namespace voyages::email {

/// The pieces of a template, or its first fault.
std::expected<std::vector<Mustache::Node>, MustacheFault> parse_mustache(std::string_view text);

}  // namespace voyages::email
