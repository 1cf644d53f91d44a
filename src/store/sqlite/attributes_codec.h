#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/table.h"

namespace voyages::store::sqlite {

/// Attributes as they rest in the `attributes` column: a varint count, then for each attribute in the order of the
/// names: the name, a type byte, the value. Texts carry their length as a varint; integers are zigzag varints.
std::string encode_attributes(const Attributes& attributes);

/// Strict: throws std::runtime_error for anything that `encode_attributes` does not write.
/// Keeps only the `wanted` attributes, unless there are none.
Attributes decode_attributes(std::string_view bytes, std::span<const std::string> wanted = {});

}  // namespace voyages::store::sqlite
