#pragma once

#include <string_view>

namespace voyages::auth::oauth {

/// Whether a client may call itself that: 1 to 100 characters, some of which can be seen, and none that hides or that
/// makes one name look like another.
bool is_client_name(std::string_view text);

}  // namespace voyages::auth::oauth
