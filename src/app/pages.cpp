#include "app/pages.h"

#include <memory>
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

http::Response serve(const assets::Asset& asset, const http::Request& request) {
  http::Response response;
  response.headers.add("Content-Type", std::string(asset.content_type));
  response.headers.add("ETag", std::string(asset.etag));
  response.headers.add("Cache-Control", "no-cache");  // keep, but ask: an ETag answers at once
  response.headers.add("Vary", "Accept-Encoding");
  response.headers.add("Content-Security-Policy", std::string(page_policy));
  if (http::accepts_gzip(request.headers.get("Accept-Encoding"))) {
    response.headers.add("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = http::gunzip(asset.gzip);
  }
  return response;
}

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
    router.add(
        hidden_get(path, "page " + path, [&asset](const http::Request& request) { return serve(asset, request); }));
  }
}

void add_contract(http::Router& router) {
  const auto text = std::make_shared<const std::string>(http::pretty_print(http::openapi(router, VOYAGES_VERSION)));
  const auto etag = '"' + to_hex(crypto::sha256(*text)).substr(0, 16) + '"';
  router.add(hidden_get("/openapi.json", "openapi", [text, etag](const http::Request&) {
    http::Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("ETag", etag);
    response.headers.add("Cache-Control", "no-cache");
    response.body = *text;
    return response;
  }));
}

}  // namespace voyages::app
