#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "email/templates.h"

namespace voyages::email {

/// Reads a `template.json`; else says in a sentence what is wrong with it.
std::expected<TemplateInfo, std::string> parse_definition(std::string_view text);

}  // namespace voyages::email
