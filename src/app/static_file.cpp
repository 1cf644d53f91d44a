#include "app/static_file.h"

#include "base/encoding.h"
#include "crypto/token.h"
#include "http/compression.h"

namespace voyages::app {

StaticFile::StaticFile(std::string_view content_type, std::string_view etag, std::string_view gzip)
    : content_type_(content_type), etag_("W/" + std::string(etag)), gzip_(gzip) {}

StaticFile::StaticFile(std::string_view content_type, std::string_view plain)
    : content_type_(content_type),
      etag_("W/\"" + to_hex(crypto::sha256(plain)).substr(0, 16) + '"'),
      made_(http::gzip(plain)),
      gzip_(made_) {}

http::Response StaticFile::answer(const http::Request& request) {
  http::Response response;
  response.headers.add("Content-Type", content_type_);
  response.headers.add("ETag", etag_);
  response.headers.add("Cache-Control", "no-cache");  // keep, but ask: an ETag answers at once
  response.headers.add("Vary", "Accept-Encoding");
  if (http::accepts_gzip(request.headers.get("Accept-Encoding"))) {
    response.headers.add("Content-Encoding", "gzip");
    response.static_body = gzip_;
  } else {
    response.static_body = plain();
  }
  return response;
}

std::string_view StaticFile::plain() {
  std::call_once(unzipped_, [this] { plain_ = http::gunzip(gzip_); });
  return plain_;
}

}  // namespace voyages::app
