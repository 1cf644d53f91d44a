#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::runtime::lambda {

/// The largest answer that Lambda takes unless it is streamed: 6 MB and its envelope, as the API's 413 tells it.
inline constexpr std::size_t answer_limit_bytes = 6'291'556;

/// The answer in payload format 2.0; nothing when it would be longer than `limit_bytes`. A pulled body is drained, and
/// may throw.
std::optional<std::string> to_answer(const http::Response& response, bool is_head,
                                     std::size_t limit_bytes = answer_limit_bytes);

/// What goes before the body of a streamed answer: the metadata as JSON and eight NULs.
std::string to_prelude(const http::Response& response, bool is_head);

/// The answer that takes the place of one beyond the limit.
http::Response too_large_answer(std::string_view request_id);

}  // namespace voyages::runtime::lambda
