#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace voyages::http {

/// RFC 9110 §12.5.4: the languages of `Accept-Language`, the best first, by their first subtag in lower case: `de` of
/// `de-AT`. Those that are refused (`q=0`) are left out.
std::vector<std::string> accepted_languages(std::string_view accept_language);

}  // namespace voyages::http
