#pragma once

#include <span>
#include <string_view>

/// The files of `frontend/`, embedded at build time.
namespace voyages::assets {

/// One file, gzipped.
struct Asset {
  std::string_view path;  // as it is asked for: `/assets/style.css`; what is only for us begins otherwise
  std::string_view content_type;
  std::string_view gzip;
  std::string_view etag;  // quoted
};

std::span<const Asset> all();

/// The Content-Security-Policy of the hosted pages: everything comes from here, nothing runs or is styled inline, and
/// no text becomes markup.
inline constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

}  // namespace voyages::assets
