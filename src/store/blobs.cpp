#include "store/blobs.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace voyages::store {

namespace {

constexpr std::size_t longest_name = 512;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-' || c == '/';
}

}  // namespace

bool is_blob_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name || !std::ranges::all_of(name, is_name_character)) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('/', begin), name.size());
    const auto segment = name.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return true;
}

void validate_blob_name(std::string_view name) {
  if (is_blob_name(name)) return;
  throw std::invalid_argument(
      "a blob's name is 1 to 512 characters of [A-Za-z0-9._/-], without empty segments, `.` and `..`");
}

void put(Blobs& blobs, std::string_view name, std::string_view bytes) {
  const auto writer = blobs.write(name);
  writer->write(bytes);
  writer->commit();
}

std::optional<std::string> get(Blobs& blobs, std::string_view name, std::size_t most) {
  const auto reader = blobs.read(name);
  if (!reader) return std::nullopt;
  if (reader->info().size > most) {
    throw std::length_error("the blob " + std::string(name) + " is too large to be held in memory");
  }
  std::string bytes;
  while (auto piece = reader->next()) {
    // Most blobs are one piece, which then is not copied.
    if (bytes.empty()) {
      bytes = std::move(*piece);
      bytes.reserve(reader->info().size);
    } else {
      bytes += *piece;
    }
  }
  return bytes;
}

}  // namespace voyages::store
