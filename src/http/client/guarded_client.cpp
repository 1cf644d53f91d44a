#include "http/client/guarded_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "http/client/content_decoder.h"
#include "http/client/cookie_jar.h"
#include "http/client/response_reader.h"
#include "http/client/socket.h"

namespace voyages::http::client {

namespace {

using std::chrono::steady_clock;

// Fetch standard §2.2.3: a redirect status. 300 and 304 are not.
bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool leads_on(const Response& response) {
  return is_redirect(response.status) && response.headers.find("Location") != nullptr;
}

/// Takes one answer of a chain: decodes what the caller wants, and drops the body of a redirect that is followed.
class Taker final : public Receiver {
 public:
  Taker(const FetchOptions& options, bool may_follow) : options_(options), may_follow_(may_follow) {}

  void head(Response head) override {
    response = std::move(head);
    if (follows()) return;
    // RFC 9110 §5.3: several fields are one list, and more than one coding is more than we asked for.
    std::string codings;
    for (const auto& [name, value] : response.headers) {
      if (equal_ignoring_case(name, "Content-Encoding")) codings += (codings.empty() ? "" : ",") + value;
    }
    decoder_ = make_decoder(codings, options_.limits.response_bytes);
    if (codings.empty()) return;
    response.headers.remove("Content-Encoding");
    response.headers.remove("Content-Length");
  }

  void body(std::string_view piece) override {
    if (follows()) return;
    decoder_->feed(piece, [this](std::string_view plain) {
      if (options_.sink) return options_.sink(plain);
      response.body += plain;
    });
  }

  void finish() {
    if (decoder_) decoder_->finish();
  }

  [[nodiscard]] bool follows() const { return may_follow_ && leads_on(response); }

  Response response;

 private:
  const FetchOptions& options_;
  bool may_follow_;
  std::unique_ptr<ContentDecoder> decoder_;
};

/// Makes the request that a redirect asks for out of the one that it answers (Fetch standard §4.4).
void redirect(Request& request, int status, bool same_origin) {
  const bool to_get = status == 303 ? request.method != Method::head
                                    : (status == 301 || status == 302) && request.method == Method::post;
  if (to_get) {
    request.method = Method::get;
    request.body.clear();
    for (const auto* field : {"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"}) {
      request.headers.remove(field);
    }
  }
  if (same_origin) return;
  for (const auto* field : {"Authorization", "Proxy-Authorization", "Cookie"}) request.headers.remove(field);
}

/// Throws `TransferFailed`: the request before has arrived.
Url next_url(const Url& from, const Response& response) {
  const auto refuse = [&](const char* why) {
    throw TransferFailed(fmt::format("{}: {}", from.origin.text(), why), true);
  };
  auto next = from.resolve(response.headers.get("Location"));
  if (!next) refuse("it redirects to what is not an http or https address");
  if (from.origin.tls && !next->origin.tls) refuse("it redirects from https to http");
  return std::move(*next);
}

// The call's own cookies stay; the jar's come after them.
Request with_cookies(Request request, const Url& url, const CookieJar* jar) {
  if (!jar) return request;
  const auto kept = jar->field(url);
  if (kept.empty()) return request;
  const std::string own(request.headers.get("Cookie"));
  request.headers.set("Cookie", own.empty() ? kept : own + "; " + kept);
  return request;
}

}  // namespace

struct GuardedClient::Implementation {
  Implementation(AddressPolicy addresses, std::shared_ptr<Resolver> names)
      : policy(std::move(addresses)),
        resolver(std::move(names)),
        client(Trust::system, [this](const Origin& origin, Deadline deadline) {
          return Socket::connect(policy.choose(resolver->resolve(origin.host, deadline)), origin.port, deadline);
        }) {}

  AddressPolicy policy;
  std::shared_ptr<Resolver> resolver;
  Client client;
};

GuardedClient::GuardedClient(AddressPolicy policy, std::shared_ptr<Resolver> resolver)
    : implementation_(std::make_unique<Implementation>(std::move(policy), std::move(resolver))) {}

GuardedClient::~GuardedClient() = default;

Fetched GuardedClient::fetch(const Url& url, Request request, const FetchOptions& options) {
  const auto deadline = steady_clock::now() + options.limits.total;
  if (!request.headers.find("Accept-Encoding")) request.headers.add("Accept-Encoding", std::string(decodable_codings));
  request.target = url.target;
  auto current = url;
  for (unsigned followed = 0;; ++followed) {
    auto limits = options.limits;
    limits.total = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    Taker taker(options, followed < options.redirects);
    implementation_->client.send(current.origin, with_cookies(request, current, options.cookies), limits, taker);
    try {
      taker.finish();
    } catch (const BadResponse& error) {
      throw TransferFailed(current.origin.text() + ": " + error.what(), true);
    }
    if (options.cookies) {
      for (const auto& [name, value] : taker.response.headers) {
        if (equal_ignoring_case(name, "Set-Cookie")) options.cookies->take(current, value);
      }
    }
    if (!taker.follows()) return {std::move(taker.response), std::move(current)};
    auto next = next_url(current, taker.response);
    request.target = next.target;
    redirect(request, taker.response.status, next.origin == current.origin);
    current = std::move(next);
  }
}

Response GuardedClient::send(const Url& url, Request request, const Limits& limits) {
  return fetch(url, std::move(request), {.limits = limits}).response;
}

}  // namespace voyages::http::client
