#pragma once

#include <string>
#include <string_view>

namespace voyages {

/// RFC 3986 §2.3: what no URI has to escape.
bool is_unreserved(char c);

/// Everything but the unreserved characters, and those in `kept`, as %XY (RFC 3986 §2.1).
std::string percent_encode(std::string_view text, std::string_view kept = {});

/// `& < > " '` as entities that every browser and mail reader knows.
std::string escape_html(std::string_view text);

}  // namespace voyages
