#include "store/cursor.h"

#include <sodium.h>

#include <array>
#include <cstdint>

#include "base/encoding.h"

namespace voyages::store {

namespace {

constexpr std::size_t checksum_bytes = crypto_generichash_BYTES_MIN;

// Lengths go first, so that no two lists of parts look alike.
void append(std::string& out, std::string_view part) {
  const auto length = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
  out += part;
}

std::string take(std::string_view& in) {
  if (in.size() < 4) throw InvalidCursor("the cursor is cut short");
  std::uint32_t length = 0;
  for (const char c : in.substr(0, 4)) length = length << 8 | static_cast<unsigned char>(c);
  in.remove_prefix(4);
  if (length > in.size()) throw InvalidCursor("the cursor is cut short");
  std::string part(in.substr(0, length));
  in.remove_prefix(length);
  return part;
}

std::string checksum(const Query& query, std::string_view position) {
  std::string text;
  text += query.source == Query::Source::index ? 'i' : 't';
  text += query.newest_first ? 'd' : 'a';
  text += query.sk_from ? 'f' : '-';
  text += query.sk_to ? 't' : '-';
  append(text, query.pk);
  append(text, query.sk_prefix);
  append(text, query.sk_from.value_or(""));
  append(text, query.sk_to.value_or(""));
  append(text, position);
  std::array<unsigned char, checksum_bytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

std::string to_cursor(const Query& query, const Position& position) {
  std::string bytes;
  append(bytes, position.index_sk);
  append(bytes, position.key.pk);
  append(bytes, position.key.sk);
  return to_base64url(checksum(query, bytes) + bytes);
}

Position from_cursor(const Query& query, std::string_view cursor) {
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() < checksum_bytes) throw InvalidCursor("the cursor is not one of ours");
  auto rest = std::string_view(*bytes).substr(checksum_bytes);
  if (checksum(query, rest) != bytes->substr(0, checksum_bytes)) {
    throw InvalidCursor("the cursor is of another query");
  }
  Position position{take(rest), {}};
  position.key.pk = take(rest);
  position.key.sk = take(rest);
  if (!rest.empty()) throw InvalidCursor("the cursor has more than a position");
  return position;
}

}  // namespace voyages::store
