#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/client/url.h"

// Where a redirect leads is an address that reads back as itself, whatever a server says.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using voyages::http::client::Url;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto* base : {"https://a.example/b/c?d", "http://[2001:db8::1]:8080/"}) {
    const auto url = Url::parse(base)->resolve(input);
    if (!url) continue;
    if (url->origin.host.empty() || url->origin.port == 0 || !url->target.starts_with('/')) std::abort();
    if (Url::parse(url->text()) != url) std::abort();
    for (const char c : url->text()) {
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') std::abort();
    }
  }
  return 0;
}
