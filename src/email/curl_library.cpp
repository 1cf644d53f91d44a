#include "email/curl_library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace voyages::email {

#ifdef VOYAGES_STATIC
// What is linked into one piece cannot load libraries of the machine that it runs on: they were made for another glibc.
CurlLibrary::CurlLibrary(const char*) {
  throw std::runtime_error(
      "this build sends mail by SES alone: set VOYAGES_MAIL_TRANSPORT=ses, or use the ordinary build for SMTP");
}
#else
namespace {

constexpr const char* missing = "SMTP needs libcurl: apt install libcurl4";

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(missing);
}

}  // namespace

CurlLibrary::CurlLibrary(const char* file) {
  // Local: what libcurl brings along must not answer for functions of ours. Never unloaded: it may have threads.
  void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) throw std::runtime_error(missing);
  decltype(&curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  find(library, "curl_easy_init", easy_init);
  find(library, "curl_easy_setopt", easy_setopt);
  find(library, "curl_easy_perform", easy_perform);
  find(library, "curl_easy_getinfo", easy_getinfo);
  find(library, "curl_easy_strerror", easy_strerror);
  find(library, "curl_easy_cleanup", easy_cleanup);
  find(library, "curl_slist_append", slist_append);
  find(library, "curl_slist_free_all", slist_free_all);
  // Thread-safe since 7.84, and counted, so that a second object does no harm.
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl could not be initialised");
}
#endif

}  // namespace voyages::email
