#pragma once

#include <boost/json/object.hpp>
#include <expected>

#include "runtime/lambda/event.h"

namespace voyages::runtime::lambda {

/// Whether this is a request in payload format 2.0, as a function URL and API Gateway's HTTP APIs send it.
bool is_http_event(const boost::json::object& event);

/// The request, as `serve` would have read it from the wire. What no client can bring about is an `EventFault`; what
/// one can, by sending too much, a `Rejection`.
std::expected<HttpCall, EventFault> read_http_event(const boost::json::object& event, const RequestLimits& limits);

/// Whether a field speaks of one connection only (RFC 9110 §7.6.1) and so means nothing on the next.
bool is_hop_by_hop(std::string_view name);

}  // namespace voyages::runtime::lambda
