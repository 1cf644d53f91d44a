#pragma once

#include <string>
#include <string_view>

namespace voyages::crypto {

/// The same bytes as C's libraries of cryptography want them.
inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace voyages::crypto
