#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"

namespace voyages::app {

/// `HOST:PORT`, `[::1]:PORT`, `:PORT`.
std::optional<ListenAddress> parse_listen_address(std::string_view text);
std::string show_listen_address(const ListenAddress& address);

}  // namespace voyages::app
