#pragma once

#include <boost/json.hpp>
#include <vector>

#include "base/result.h"
#include "email/templates.h"

namespace voyages::email {

/// What is wrong with the parameters of a mail, all at once: `params.url`, `params.items[2].label`. None: they are
/// good.
std::vector<FieldError> check_parameters(const std::vector<TemplateParameter>& declared,
                                         const boost::json::object& params);

}  // namespace voyages::email
