#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <vector>

#include "base/result.h"
#include "email/templates.h"

namespace voyages::email {

/// All parameters of a mail together, as JSON. They are stored so, and an item holds 400 KB.
inline constexpr std::size_t max_params_bytes = 256 * 1024;

/// What is wrong with the parameters of a mail, all at once: `params.url`, `params.items[2].label`. None: they are
/// good.
std::vector<FieldError> check_parameters(const std::vector<TemplateParameter>& declared,
                                         const boost::json::object& params);

/// Refuses control characters, line breaks among them, in parameters that are good but stand in the subject. Rendering
/// would make one line of it all the same; but a caller who sends line breaks there is at fault, or under attack.
Result<void> check_subject(const std::vector<TemplateParameter>& declared, const boost::json::object& params);

}  // namespace voyages::email
