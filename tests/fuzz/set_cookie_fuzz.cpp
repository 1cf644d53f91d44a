#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/client/cookie_jar.h"

using voyages::http::client::CookieJar;
using voyages::http::client::Url;

// What a jar sends back is one field, without a line break, to the host that set it alone.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto from = Url::parse("https://www.a.example/b/c").value();
  CookieJar jar;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    jar.take(from, rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  const auto field = jar.field(from);
  if (field.size() > 50 * 4100) std::abort();
  for (const char c : field) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  }
  for (const auto* elsewhere : {"https://a.example/b/c", "https://b.example/b/c", "https://x.www.a.example/b/c"}) {
    if (!jar.field(Url::parse(elsewhere).value()).empty()) std::abort();
  }
  return 0;
}
