#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace voyages::http {

/// `application/problem+json` (RFC 9457) with our members `code`, `request_id` and, for bad input, `errors`.
/// `Retry-After` is set when the error knows one.
Response problem(int status, const Error& error, std::string_view request_id);

/// RFC 9110 §15: `Not Found` for 404.
std::string_view reason_phrase(int status);

}  // namespace voyages::http
