#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4.h"
#include "http/message.h"

namespace voyages::aws {

/// The headers that are signed, in their canonical form.
struct CanonicalHeaders {
  std::string lines;  // `name:value\n`, sorted
  std::string names;  // `a;b;c`
};

CanonicalHeaders canonical_headers(const http::Headers& headers, std::string_view authority);

/// The text that both sides must agree on.
std::string canonical_request(const http::Request& request, const CanonicalHeaders& headers, std::string_view body_hash,
                              const SigningRules& rules);

}  // namespace voyages::aws
