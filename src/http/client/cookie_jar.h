#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/client/url.h"

namespace voyages::http::client {

/// The cookies of one chain of calls (RFC 6265 §5), in memory. A cookie goes back to the very host that set it,
/// whatever its `Domain` says: without a list of public suffixes, nobody could tell `example.co.uk` from `co.uk`. Its
/// `Expires` is not read, since a chain is short; `Max-Age=0` removes it. At most 50 cookies of 4 KB.
class CookieJar {
 public:
  /// Takes the value of a `Set-Cookie` field that came from there. One that is malformed or too large is passed over.
  void take(const Url& from, std::string_view set_cookie);
  /// The value of the `Cookie` field of a request; empty if there is none.
  [[nodiscard]] std::string field(const Url& to) const;

 private:
  struct Cookie {
    std::string host;
    std::string path;
    std::string name;
    std::string value;
    bool secure = false;
  };

  std::vector<Cookie> cookies_;  // the oldest first
};

}  // namespace voyages::http::client
