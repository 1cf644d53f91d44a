#include "app/pages.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "crypto/token.h"
#include "http/assets.h"
#include "http/compression.h"
#include "http/openapi.h"

namespace voyages::app {

namespace {

// Everything comes from here, nothing runs inline; the API viewer writes style attributes, hence the one exception.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src "
    "'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A file, kept gzipped. Its plain form, which next to nobody asks for, is made once, when it is first asked for.
class Page {
 public:
  Page(std::string_view content_type, std::string_view etag, std::string_view gzip)
      : content_type_(content_type), etag_("W/" + std::string(etag)), gzip_(gzip) {}
  Page(std::string_view content_type, std::string_view plain)
      : content_type_(content_type),
        etag_("W/\"" + to_hex(crypto::sha256(plain)).substr(0, 16) + '"'),
        made_(http::gzip(plain)),
        gzip_(made_) {}
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  [[nodiscard]] http::Response answer(const http::Request& request) {
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

 private:
  std::string_view plain() {
    std::call_once(unzipped_, [this] { plain_ = http::gunzip(gzip_); });
    return plain_;
  }

  std::string content_type_;
  std::string etag_;
  std::string made_;
  std::string_view gzip_;
  std::once_flag unzipped_;
  std::string plain_;
};

http::Route hidden_get(std::string path, std::string operation_id,
                       std::function<http::Response(const http::Request&)> answer) {
  http::Route route;
  route.method = http::Method::get;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.run = [answer = std::move(answer)](const http::Route&, const http::Request& request,
                                           const http::PathParameters&, http::Context&) { return answer(request); };
  route.hidden().tag("pages").lane(http::Lane::quick);
  return route;
}

}  // namespace

void add_pages(http::Router& router) {
  for (const auto& asset : assets::all()) {
    const auto path = std::string(asset.path);
    const auto page = std::make_shared<Page>(asset.content_type, asset.etag, asset.gzip);
    router.add(hidden_get(path, "page " + path, [page](const http::Request& request) {
      auto response = page->answer(request);
      response.headers.add("Content-Security-Policy", std::string(page_policy));
      return response;
    }));
  }
}

void add_contract(http::Router& router) {
  struct Contract {
    std::once_flag made;
    std::optional<Page> page;
  };
  const auto contract = std::make_shared<Contract>();
  router.add(hidden_get("/openapi.json", "openapi", [contract, &router](const http::Request& request) {
    // Not before it is asked for: it takes longer than all the rest of a start, which on Lambda somebody waits for.
    std::call_once(contract->made, [&] {
      contract->page.emplace("application/json", http::pretty_print(http::openapi(router, VOYAGES_VERSION)));
    });
    return contract->page->answer(request);
  }));
}

}  // namespace voyages::app
