#pragma once

#include <curl/curl.h>

namespace voyages::email {

/// The functions of libcurl that SMTP needs. The library is looked up when an object is made and not linked: it brings
/// thirty others along, which would cost each start of the program 5 ms, mail or no mail. It stays loaded until the
/// program ends. Thread-safe once made.
class CurlLibrary {
 public:
  /// Throws std::runtime_error, with the command that mends it, when there is no such library.
  explicit CurlLibrary(const char* file = "libcurl.so.4");

  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

}  // namespace voyages::email
