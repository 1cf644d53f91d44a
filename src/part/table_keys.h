#pragma once

#include <string_view>

#include "store/item_kind.h"

/// The keys of what the house keeps in the table.
namespace voyages::part::table_keys {

inline constexpr std::string_view deleted = "DELETED#";
inline constexpr std::string_view tick = "TICK#";
inline constexpr std::string_view health = "HEALTH";

/// Sort keys.
inline constexpr std::string_view pending = "PENDING";
inline constexpr std::string_view tick_item = "TICK";

/// Partitions of the index.
inline constexpr std::string_view deletions = "DELETIONS";

inline constexpr store::ItemKind all[] = {
    {deleted, "<user_id>", pending, "", deletions, "A user whom all services are to forget."},
    {tick, "<name>", tick_item, "", "", "When a tick began last."},
    {health, "", "PROBE", "", "", "What the health check writes."},
};

}  // namespace voyages::part::table_keys
