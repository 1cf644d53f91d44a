#pragma once

#include <cstdint>
#include <filesystem>

#include "store/sqlite/connection.h"

namespace voyages::store::sqlite {

/// Stands in the file's header, so that nobody's other database is taken for ours.
inline constexpr std::int64_t application_id = 0x566f7961;  // "Voya"

/// Throws std::runtime_error when the file is not ours, or was written by a newer program. An empty file is fine.
void check_identity(Connection& connection, const std::filesystem::path& file);

/// Brings the tables to the state that this program needs; a new file gets all of them.
void migrate(Connection& connection);

}  // namespace voyages::store::sqlite
