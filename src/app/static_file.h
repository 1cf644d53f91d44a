#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "http/message.h"

namespace voyages::app {

/// A file, kept gzipped. Its plain form, which next to nobody asks for, is made once, when it is first asked for.
class StaticFile {
 public:
  /// Of an embedded file, whose bytes outlive this.
  StaticFile(std::string_view content_type, std::string_view etag, std::string_view gzip);
  /// Of a text made here.
  StaticFile(std::string_view content_type, std::string_view plain);
  StaticFile(const StaticFile&) = delete;
  StaticFile& operator=(const StaticFile&) = delete;

  [[nodiscard]] http::Response answer(const http::Request& request);

 private:
  std::string_view plain();

  std::string content_type_;
  std::string etag_;
  std::string made_;
  std::string_view gzip_;
  std::once_flag unzipped_;
  std::string plain_;
};

}  // namespace voyages::app
