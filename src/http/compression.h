#pragma once

#include <string>
#include <string_view>

namespace voyages::http {

/// RFC 9110 §12.5.3: whether `Accept-Encoding` allows gzip (an explicit `q=0` does not).
bool accepts_gzip(std::string_view accept_encoding);

/// RFC 1952, at a level that costs little.
std::string gzip(std::string_view bytes);
/// The plain form of what we compressed ourselves; throws std::runtime_error for anything broken.
std::string gunzip(std::string_view compressed);

}  // namespace voyages::http
