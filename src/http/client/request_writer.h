#pragma once

#include <string>

#include "http/client/client.h"

namespace voyages::http::client {

/// The request's head as it goes over the wire (RFC 9112 §3), with `Host` and `Content-Length`. What frames a message
/// is the client's own: such fields of the request are left out. Throws std::invalid_argument for a method, a target
/// or a field that could be read as anything else than one, such as a value with a line break.
std::string write_head(const Origin& origin, const Request& request);

}  // namespace voyages::http::client
