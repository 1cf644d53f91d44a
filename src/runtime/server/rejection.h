#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "runtime/server/options.h"

namespace voyages::runtime {

/// Why the server itself, not the handler, answers a request. `code` is stable; `detail` says what to do.
struct Rejection {
  int status;
  std::string_view code;
  std::string_view detail;
};

namespace rejections {

inline constexpr Rejection bad_request{400, "bad_request", "The request is not well-formed HTTP/1.1."};
inline constexpr Rejection request_timeout{408, "request_timeout", "The request did not arrive in time."};
inline constexpr Rejection payload_too_large{413, "payload_too_large", "The body is larger than this server accepts."};
inline constexpr Rejection uri_too_long{414, "uri_too_long", "The request target is longer than this server accepts."};
inline constexpr Rejection expectation_failed{417, "expectation_failed", "Only `Expect: 100-continue` is understood."};
inline constexpr Rejection headers_too_large{431, "headers_too_large",
                                             "The header fields are more or larger than this server accepts."};
inline constexpr Rejection internal_error{500, "internal_error",
                                          "Something went wrong on our side. Quote the request id when you report it."};
inline constexpr Rejection overloaded{503, "overloaded", "Too much to do at the moment. Try again shortly."};
inline constexpr Rejection too_many_connections{503, "too_many_connections",
                                                "This server holds all the connections it can. Try again shortly."};
inline constexpr Rejection version_not_supported{505, "http_version_not_supported", "Use HTTP/1.1."};

inline constexpr Rejection all[] = {bad_request,          request_timeout,      payload_too_large, uri_too_long,
                                    expectation_failed,   headers_too_large,    internal_error,    overloaded,
                                    too_many_connections, version_not_supported};

}  // namespace rejections

/// The id that the client sent, when it is 1 to 64 characters of [A-Za-z0-9._-], else a new UUIDv7.
std::string request_id_of(const http::Request& request);

/// The answer as `application/problem+json` (RFC 9457), with the request id in it and in `X-Request-Id`.
http::Response to_response(const Rejection& rejection, std::string_view request_id);

/// The same, or the page for the request's path where there is one.
http::Response to_response(const Rejection& rejection, std::string_view request_id, const http::Request& request,
                           const ErrorPage& error_page);

}  // namespace voyages::runtime
