#pragma once

#include <span>
#include <string_view>

/// The files of `frontend/`, embedded at build time.
namespace voyages::assets {

/// One file, gzipped.
struct Asset {
  std::string_view path;  // as it is asked for: `/assets/style.css`
  std::string_view content_type;
  std::string_view gzip;
  std::string_view etag;  // quoted
};

std::span<const Asset> all();

}  // namespace voyages::assets
