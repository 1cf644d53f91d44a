#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace voyages::http {

/// `application/problem+json` (RFC 9457) with our members `code`, `request_id` and, for bad input, `errors`.
/// `Retry-After` is set when the error knows one.
Response problem(int status, const Error& error, std::string_view request_id);

/// RFC 9110 §15: `Not Found` for 404, `Unknown` for a status without a phrase.
std::string_view reason_phrase(int status);

/// What a caller may choose as its request id, so that a log line can never be forged with it: 1 to 64 characters of
/// [A-Za-z0-9._-].
bool is_request_id(std::string_view text);

}  // namespace voyages::http
