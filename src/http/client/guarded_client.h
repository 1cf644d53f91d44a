#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "http/client/address_policy.h"
#include "http/client/client.h"
#include "http/client/resolver.h"
#include "http/client/url.h"

namespace voyages::http::client {

class CookieJar;

/// How a call of the `GuardedClient` is made.
struct FetchOptions {
  Limits limits{};               // of the whole chain; `response_bytes` also counts after decoding
  unsigned redirects = 0;        // that are followed; the one after them is an answer like any other
  CookieJar* cookies = nullptr;  // none: cookies are neither kept nor sent
  /// Takes the body of the last answer, decoded, piece by piece, in place of `Response::body`.
  std::function<void(std::string_view)> sink{};
};

/// The answer at the end of a chain, and where that was.
struct Fetched {
  Response response;
  Url url;
};

/// The way out to addresses that somebody else has chosen. It connects to exactly the addresses that the policy allows,
/// looked up anew for each connection, after each redirect too. The look-up ends with the deadline. It decodes gzip,
/// deflate and Brotli. Thread-safe.
class GuardedClient {
 public:
  GuardedClient(AddressPolicy policy, std::shared_ptr<Resolver> resolver);
  ~GuardedClient();
  GuardedClient(const GuardedClient&) = delete;
  GuardedClient& operator=(const GuardedClient&) = delete;

  /// Follows redirects as browsers do (Fetch standard §4.4): the method becomes GET after 303, and after 301 and 302 to
  /// a POST, and the body goes; `Authorization` and `Cookie` do not go along to another origin. Throws
  /// `TransferFailed`, also for a redirect from https to http or to what is not an address, and std::invalid_argument
  /// as `Client` does.
  Fetched fetch(const Url& url, Request request, const FetchOptions& options = {});
  /// One exchange: no redirect is followed.
  Response send(const Url& url, Request request, const Limits& limits = {});

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace voyages::http::client
